"""Copies files between a folder and a bucket, as every program for that does: `sync.py down|up FOLDER BUCKET`.

A file is copied if the other side has none of its name; down also if it has another one. Nothing is removed.
"""

import hashlib
import os
import pathlib
import sys

import boto3

direction, folder, bucket = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
s3 = boto3.client("s3", endpoint_url=os.environ["S3"], region_name="eu-central-1")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
there = {it["Key"]: it["ETag"].strip('"') for page in pages for it in page.get("Contents", [])}
folder.mkdir(exist_ok=True)
here = {
    file.name: hashlib.md5(file.read_bytes()).hexdigest()
    for file in folder.iterdir()
    if file.is_file() and not file.name.startswith(".")
}
if direction == "down":
    for name in sorted(name for name in there if there[name] != here.get(name)):
        s3.download_file(bucket, name, str(folder / name))
elif direction == "up":
    for name in sorted(here.keys() - there.keys()):
        s3.upload_file(str(folder / name), bucket, name)
else:
    sys.exit(f"neither down nor up: {direction}")
