// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  // As in page.css: the height of a row of the grid, with its line.
  const ROW = 27;
  const GLYPHS = { b: "✕", r: "↻", w: "!", p: "✓", u: "?", s: "–", o: "○", ".": "" };
  const WORDS = {
    b: "blocks", r: "prepare fixes it", w: "warning", p: "passed", u: "unknown", s: "does not apply", o: "off",
    ".": "did not run",
  };
  const TELLS = "brwu";
  const lines = [...document.querySelectorAll(".findings tbody tr")];
  const texts = lines.map((line) => line.cells[2].textContent.toLowerCase());
  const filters = $("filters");
  const number = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const element = (name, text, properties = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
    return made;
  };

  // The filters: what they leave of the findings, and of the places in the grid.
  const wanted = () => {
    const name = $("by-host").value.trim().toLowerCase();
    const exact = data.places.some((place) => place.name.toLowerCase() === name);
    return {
      check: $("by-check").value,
      text: $("by-text").value.trim().toLowerCase(),
      severities: new Set([...filters.querySelectorAll(":checked")].map((box) => box.value)),
      all: filters.querySelectorAll("input:not(:checked)[name=severity]").length === 0,
      named: (place) => !name || (exact ? place.name.toLowerCase() === name : place.name.toLowerCase().includes(name)),
      name,
    };
  };

  const grid = { places: data.places, columns: data.checks.map((_, index) => index), first: -1, last: -1 };

  const filter = () => {
    const want = wanted();
    const named = data.places.map(want.named);
    const told = new Set();
    let left = 0;
    data.found.forEach(([check, severity, hosts], index) => {
      const fits = want.severities.has(severity) && (!want.check || check === want.check)
        && (!want.text || texts[index].includes(want.text)) && (!want.name || hosts.some((host) => named[host]));
      lines[index].hidden = !fits;
      if (!fits) return;
      left += 1;
      for (const host of hosts) told.add(host);
    });
    const narrowed = want.text || !want.all;
    const column = data.checks.findIndex(([id]) => id === want.check);
    grid.places = data.places.filter((place, index) => named[index] && (!narrowed || told.has(index))
      && (column < 0 || place.letters[column] !== "."));
    grid.columns = data.checks.map((_, index) => index).filter((index) => (column < 0 || index === column)
      && (!$("only-found").checked || grid.places.some((place) => TELLS.includes(place.letters[index]))));
    $("count").textContent = `${left} of ${number(data.found.length, "finding")}; the grid shows `
      + `${grid.places.length} of ${number(data.places.length, "place")} and ${number(grid.columns.length, "check")}.`;
    head();
    draw(true);
  };

  // The grid: only the rows in sight are in the page.
  const box = $("grid");
  const head = () => {
    const row = document.createElement("tr");
    row.append(element("th", "Host", { scope: "col" }));
    for (const index of grid.columns) {
      const cell = element("th", "", { scope: "col", title: data.checks[index][1] });
      cell.append(element("span", data.checks[index][0]));
      row.append(cell);
    }
    box.querySelector("thead").replaceChildren(row);
    box.querySelector("table").setAttribute("aria-rowcount", grid.places.length + 1);
  };
  const pad = (rows) => {
    const row = element("tr", "", { "aria-hidden": "true" });
    row.append(element("td", "", { class: "pad", colspan: grid.columns.length + 1, style: "" }));
    row.firstChild.style.height = `${rows * ROW}px`;
    return row;
  };
  const line = (place, index) => {
    const row = element("tr", "", { "aria-rowindex": index + 2 });
    row.append(element("th", place.name, { scope: "row", title: place.name }));
    for (const column of grid.columns) {
      const letter = place.letters[column];
      const cell = element("td", "", { class: letter === "." ? "n" : letter });
      if (TELLS.includes(letter)) {
        const label = `${data.checks[column][0]} on ${place.name}: ${WORDS[letter]}`;
        const button = element("button", GLYPHS[letter], { type: "button", "aria-label": label });
        button.dataset.place = data.places.indexOf(place);
        button.dataset.check = column;
        cell.append(button);
      } else {
        cell.textContent = GLYPHS[letter];
        cell.setAttribute("aria-label", WORDS[letter]);
      }
      row.append(cell);
    }
    return row;
  };
  const draw = (anew, all = false) => {
    // Not the box's own height, which is little after a filter that left few rows; it is never higher than the window.
    const seen = Math.ceil(innerHeight / ROW);
    const top = Math.floor(box.scrollTop / ROW);
    const first = all ? 0 : Math.max(0, Math.min(top, grid.places.length - seen) - 8);
    const last = all ? grid.places.length : Math.min(grid.places.length, first + seen + 16);
    if (!anew && first === grid.first && last === grid.last) return;
    Object.assign(grid, { first, last });
    const body = box.querySelector("tbody");
    // A button that has the focus keeps it.
    const focused = body.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
    body.replaceChildren(
      pad(first), ...grid.places.slice(first, last).map((place, index) => line(place, first + index)),
      pad(grid.places.length - last),
    );
    if (focused) {
      body.querySelector(`[data-place="${focused.place}"][data-check="${focused.check}"]`)?.focus({ preventScroll: true });
    }
  };

  const show = (place, check) => {
    const [id] = data.checks[check];
    $("detail-title").textContent = `${id} on ${data.places[place].name}`;
    const body = $("detail-body");
    body.replaceChildren();
    const why = data.places[place].why[check];
    if (why !== undefined) body.append(element("p", `Unknown: ${data.reasons[why]}`));
    data.found.forEach(([name, severity, hosts], index) => {
      if (name !== id || !hosts.includes(place)) return;
      const cells = lines[index].cells;
      const found = element("p", "");
      found.append(element("span", severity, { class: `tag ${severity}` }), ` ${cells[2].textContent.replace(id, "").trim()}`);
      const link = cells[3].querySelector("a");
      const fix = link ? document.querySelector(`${link.hash} p`).textContent : "The role prepare fixes it.";
      body.append(found, element("p", fix, { class: "fix" }));
    });
    $("detail").showModal();
  };

  // The theme: as the system has it, until the button is pressed.
  const theme = $("theme");
  const dark = () => (document.documentElement.dataset.theme
    || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = dark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    label();
  });
  label();

  for (const place of data.places) $("host-names").append(element("option", "", { value: place.name }));
  for (const [id] of data.checks) $("by-check").append(element("option", id, { value: id }));
  if (data.checks.length) {
    box.hidden = false;
    document.querySelector(".box.js").hidden = false;
  }
  theme.hidden = false;
  filters.hidden = false;
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  $("all").addEventListener("click", () => {
    filters.reset();
    filter();
  });
  $("only-found").addEventListener("change", filter);
  box.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  box.addEventListener("click", (event) => {
    const { place, check } = event.target.dataset;
    if (place !== undefined) show(Number(place), Number(check));
  });
  document.querySelector(".zones").addEventListener("click", (event) => {
    const host = event.target.closest("[data-host]");
    if (!host) return;
    $("by-host").value = host.dataset.host;
    filter();
    $("findings").scrollIntoView();
    $("by-host").focus({ preventScroll: true });
  });
  addEventListener("resize", () => draw(false), { passive: true });
  addEventListener("beforeprint", () => draw(true, true));
  addEventListener("afterprint", () => draw(true));
  filter();
})();
