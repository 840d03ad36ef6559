// The filters of the public list stand open beside it where there is room for both; without script they open on a click.
const filters = document.querySelector("[data-open-wide]");
if (filters && window.matchMedia("(min-width: 1000px)").matches) filters.open = true;

// An address tells what was chosen, not what was left alone.
const form = filters && filters.querySelector("form");
if (form) {
  const empty = () => [...form.elements].filter((control) => control.name && !control.value);
  form.addEventListener("submit", () => empty().forEach((control) => { control.disabled = true; }));
  window.addEventListener("pageshow", () => [...form.elements].forEach((control) => { control.disabled = false; }));
}
