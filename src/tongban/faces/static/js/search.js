// Suggestions under the search box (combobox): arrows move, Enter opens, Esc closes, what was typed stays.
// Without this file the form is a plain GET to the results page.
(function () {
  "use strict";
  const input = document.querySelector("[data-suggest]");
  const list = input && document.getElementById(input.getAttribute("aria-controls"));
  if (!list) return;
  const status = document.querySelector("[data-suggest-status]");
  let timer = 0;
  let asked = "";
  let current = -1;
  let composing = false; // an input method is still putting characters together
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");

  function options() {
    return Array.from(list.querySelectorAll("[role=option]"));
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  }

  function tell(count) {
    if (status) status.textContent = count ? count + " " + status.dataset.some : status.dataset.none;
  }

  function mark(index) {
    current = index;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    const chosen = options()[index];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function ask() {
    const text = input.value.trim();
    if (!text || composing) return show(false);
    if (text === asked) return show(options().length > 0);
    asked = text;
    fetch(input.dataset.suggest + "?q=" + encodeURIComponent(text), { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .then((html) => {
        if (text !== input.value.trim()) return;
        list.innerHTML = html;
        mark(-1);
        show(options().length > 0);
        tell(options().length);
      })
      .catch(() => show(false));
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("compositionstart", () => {
    composing = true;
  });
  input.addEventListener("compositionend", () => {
    composing = false;
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const found = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      event.preventDefault();
      show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((current + step + found.length + (current < 0 && step < 0 ? 1 : 0)) % found.length);
    } else if (event.key === "Enter" && !list.hidden && found[current]) {
      event.preventDefault();
      window.location.assign(found[current].dataset.href);
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-href]");
    if (!option) return;
    event.preventDefault();
    window.location.assign(option.dataset.href);
  });
  input.addEventListener("blur", () => show(false));
})();
