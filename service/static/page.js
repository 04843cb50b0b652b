// Keys, copy buttons and what a screen reader should hear of an exchanged answer. The pages work without this file.
"use strict";
(() => {
  const SINGLE = "attributed-single-keys";
  const one = (selector, from = document) => from.querySelector(selector);
  const hits = () => [...document.querySelectorAll(".hits .hit")];
  const help = one("#keys");

  // Storage may be forbidden: then the choice lasts as long as the page.
  let single = true;
  try { single = localStorage.getItem(SINGLE) !== "off"; } catch { /* nothing is kept */ }
  const choice = one("#single-keys");
  choice.checked = single;
  choice.addEventListener("change", () => {
    single = choice.checked;
    try { localStorage.setItem(SINGLE, single ? "on" : "off"); } catch { /* nothing is kept */ }
  });

  function reveal(part) {
    for (const button of part.querySelectorAll("[data-copies], [data-opens]")) button.hidden = false;
  }

  function goTo(hit) {
    hit.focus({ preventScroll: true });
    hit.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const all = hits();
    const at = all.indexOf(document.activeElement.closest(".hit"));
    if (by < 0 && at === 0) return ask();
    const next = at < 0 ? all[0] : all[at + by];
    if (next) goTo(next);
    return Boolean(next);
  }

  function ask() {
    const box = one("#q");
    if (!box) { location.assign(document.body.dataset.front); return true; }
    box.focus();
    box.select();
    return true;
  }

  function leave(target) {
    const hit = target.closest(".hit");
    if (hit && target !== hit) goTo(hit);
    else target.blur();
    return true;
  }

  function open(target) {
    location.assign(target.dataset.opensAt);
    return true;
  }

  function key(event) {
    const target = event.target;
    const writes = target.closest("textarea, select, [contenteditable], input:not([type=checkbox])");
    const onHit = target.matches?.(".hit");
    switch (event.key) {
      case "Escape": return target !== document.body && leave(target);
      case "Enter": return onHit && open(target);
      case "ArrowDown": return (target.id === "q" || Boolean(target.closest(".hit"))) && move(1);
      case "ArrowUp": return Boolean(target.closest(".hit")) && move(-1);
    }
    if (writes || !single) return false;
    switch (event.key) {
      case "/": return ask();
      case "j": return move(1);
      case "k": return move(-1);
      case "?": help.showModal(); return true;
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (key(event)) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies], [data-opens]");
    if (!button) return;
    if (button.dataset.opens) { one("#" + button.dataset.opens).showModal(); return; }
    const text = one("#" + button.dataset.copies);
    const was = button.innerHTML;
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch { // not allowed, or no secure connection: the text is selected for the reader's own keys
      getSelection().selectAllChildren(text);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.innerHTML = was; }, 2000);
  });

  // An answer that cannot be put in place is opened as a page, which says what is wrong.
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, (event) => {
      const { elt, pathInfo } = event.detail;
      if (!elt.matches("input, details")) location.assign(pathInfo.finalRequestPath);
    });
  }

  // An address is easier to read, and to send on, without the fields that were left empty.
  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });

  // The next page of an answer begins at its top; a filter that was dropped leaves no focus behind.
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target, requestConfig } = event.detail; // neither where a page of the history is put back
    if (target?.id === "found" && requestConfig?.elt.closest(".pager")) {
      one("#summary").scrollIntoView();
      one("#found .hit")?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    reveal(event.detail.elt);
    if (document.activeElement === document.body && event.detail.target?.id === "found") one("#answer")?.focus({ preventScroll: true });
  });

  reveal(document);
})();
