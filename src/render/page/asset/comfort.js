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

// The time where the reader is, beside the one in UTC.
for (const time of document.querySelectorAll("time[datetime]")) {
  const date = new Date(time.dateTime);
  if (!Number.isNaN(date.valueOf())) time.title = date.toLocaleString();
}

// What was chosen from a list that is marked so is sent at once.
for (const choice of document.querySelectorAll("select[data-sends]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
