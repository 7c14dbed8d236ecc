"""Reads the files that `git pact ci` made, and holds each against the schema of its forge.

The shell that a file has, as a reader of YAML finds it, must be the shell that the JSON tells: that is what the tests of the
project run. Writes each script once to a directory, for shellcheck.
"""

import hashlib
import json
import pathlib
import subprocess
import sys

from ruamel.yaml import YAML

SCHEMAS = {
    "github": "vendor.github-workflows",
    "gitlab": "vendor.gitlab-ci",
    "buildkite": "vendor.buildkite",
    "azure": "vendor.azure-pipelines",
    "circleci": "vendor.circle-ci",
    "bitbucket": "vendor.bitbucket-pipelines",
}

# Keys whose values are shell.
SHELL = {"run", "script", "command", "bash"}


def shell(node, key=None):
    """Yields every text that is shell."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from shell(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from shell(value, key)
    elif isinstance(node, str) and key in SHELL:
        yield node.rstrip("\n")


def unescaped(forge, text):
    """Returns a script as the forge hands it to a shell."""
    if forge in ("github", "azure"):
        return text.replace("${{ '${{' }}", "${{")
    if forge == "buildkite":
        return text.replace("$$", "$")
    if forge == "circleci":
        return text.replace("\\<<", "<<")
    return text


def groovy(text):
    """Yields the scripts of a Jenkinsfile."""
    for part in text.split("sh '''\n")[1:]:
        body = part.split("\n" + " " * 16 + "'''", 1)[0].split("\n" + " " * 20 + "'''", 1)[0]
        lines = body.split("\n")
        margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        body = "\n".join(line[margin:] for line in lines)
        yield body.replace("\\'", "'").replace("\\\\", "\\")


def main():
    scratch, root = map(pathlib.Path, sys.argv[1:])
    checker = [pathlib.Path(sys.executable).with_name("check-jsonschema"), "--regex-variant", "nonunicode"]
    (scratch / "shell").mkdir()
    by_schema, complaints = {}, []
    for made in sorted(scratch.glob("*/*.json")):
        forge = made.name.split("-")[0]
        for number, file in enumerate(json.loads(made.read_text())["files"]):
            path = made.with_name(f"{made.stem}-{number}.{'groovy' if forge == 'jenkins' else 'yml'}")
            path.write_text(file["text"])
            if forge == "jenkins":
                found = set(groovy(file["text"]))
            else:
                by_schema.setdefault(SCHEMAS[forge], []).append(path)
                found = {unescaped(forge, it) for it in shell(YAML(typ="safe").load(file["text"]))}
            for job in file["jobs"]:
                for step in job["steps"]:
                    script = step["script"]
                    name = hashlib.sha256(script.encode()).hexdigest()[:16]
                    (scratch / "shell" / f"{name}.sh").write_text(script + "\n")
                    if script not in found:
                        complaints.append(f"{path.name}: not as the JSON tells: {script}")
    by_schema["vendor.github-actions"] = [root / ".github/actions/git-pact/action.yml"]
    by_schema["vendor.github-workflows"] += sorted((root / ".github/workflows").glob("*.yml"))
    by_schema["vendor.compose-spec"] = [root / ".deploy/compose.yaml"]
    for schema, paths in sorted(by_schema.items()):
        ran = subprocess.run([*checker, "--builtin-schema", schema, *paths], capture_output=True, text=True)
        if ran.returncode:
            complaints.append(ran.stdout + ran.stderr)
        print(f"{schema}: {len(paths)} files")
    print("\n".join(complaints), end="\n" if complaints else "")
    sys.exit(bool(complaints))


main()
