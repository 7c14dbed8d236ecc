// Comfort for those whose browser runs scripts. Every page says and does the same without it.
"use strict";

// A field marked with the id of a table leaves only those of its rows that hold what is typed.
for (const field of document.querySelectorAll("[data-filters]")) {
  const table = document.getElementById(field.dataset.filters);
  const told = document.getElementById(field.dataset.tells);
  if (!table) continue;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !texts[index].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    if (told) told.textContent = wanted === "" ? "" : `${shown} of ${rows.length} on this page`;
  });
}

// Where no server answers, names are found in a file of the site, which is loaded when somebody looks for one.
const MOST = 20;
for (const finder of document.querySelectorAll("[data-names]")) {
  const field = finder.querySelector("input");
  const told = finder.querySelector("[role=status]");
  const list = finder.querySelector("ul");
  const root = finder.dataset.names.slice(0, finder.dataset.names.lastIndexOf("/") + 1);
  const way = ([name, file]) => {
    const link = document.createElement("a");
    link.href = root + file;
    link.textContent = name;
    const item = document.createElement("li");
    item.append(link);
    return item;
  };
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const names = wanted === "" ? [] : window.gitPactNames ?? [];
    const found = names.filter(([name]) => name.toLowerCase().includes(wanted));
    list.replaceChildren(...found.slice(0, MOST).map(way));
    if (wanted === "") told.textContent = "";
    else if (found.length > MOST) told.textContent = `the first ${MOST} of ${found.length}`;
    else told.textContent = `${found.length} found`;
  };
  field.addEventListener("input", () => {
    if (window.gitPactNames) return show();
    if (finder.dataset.loads) return;
    finder.dataset.loads = "1";
    const script = document.createElement("script");
    script.addEventListener("load", show);
    script.src = finder.dataset.names;
    document.head.append(script);
  });
  finder.hidden = false;
}

// The time where the reader is, beside the one in UTC.
for (const time of document.querySelectorAll("time[datetime]")) {
  const date = new Date(time.dateTime);
  if (!Number.isNaN(date.valueOf())) time.title = date.toLocaleString();
}

// What was chosen from a list that is marked so is sent at once.
for (const choice of document.querySelectorAll("select[data-sends]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
