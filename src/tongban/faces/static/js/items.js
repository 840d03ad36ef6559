// The filters of the public list stand open beside it where there is room for both; without script they open on a click.
const filters = document.querySelector("[data-open-wide]");
if (filters && window.matchMedia("(min-width: 1000px)").matches) filters.open = true;
