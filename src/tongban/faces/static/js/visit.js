/* The visit at the counter without a mouse: Enter goes on, digits choose a verdict, the next file is one key away. */
(function () {
  "use strict";

  var STOPS = "input:not([type='hidden']), select, textarea, button";

  function form() {
    return document.querySelector("form[data-enter-next]");
  }

  function shown(control) {
    return !control.disabled && !control.readOnly && control.offsetParent !== null;
  }

  /* Where Enter may lead: every control, and the buttons that end the visit. */
  function stop(control) {
    return shown(control) && (!control.matches("button") || Boolean(control.closest(".action-bar, #refuse")));
  }

  function controls() {
    var own = form();
    return own ? Array.prototype.slice.call(own.querySelectorAll(STOPS)).filter(stop) : [];
  }

  /* Radios of one question are one stop. */
  function next(from) {
    var all = controls();
    var at = all.indexOf(from) + 1;
    while (at < all.length && all[at].type === "radio" && all[at].name === from.name) {
      at += 1;
    }
    if (at < all.length) {
      all[at].focus();
    }
  }

  function empty(control) {
    if (control.type === "radio") {
      var group = document.getElementsByName(control.name);
      return !Array.prototype.some.call(group, function (one) {
        return one.checked;
      });
    }
    return !control.value;
  }

  /* What only a script can do, and what is not needed yet: the camera's key, words about a material that is good. */
  function tidy() {
    var button = document.querySelector("[data-next-file]");
    if (button) {
      button.hidden = false;
    }
    document.querySelectorAll("[data-fault]").forEach(function (box) {
      var mark = document.getElementById("mark-" + box.getAttribute("data-fault"));
      var wanted = mark && (mark.value === "faulty" || mark.value === "spot" || mark.value === "missing");
      box.hidden = !wanted && !box.querySelector("[aria-invalid]");
      box.querySelector("[data-mended]").hidden = Boolean(mark) && mark.value !== "spot";
    });
  }

  function focusWhereTheWorkIs() {
    tidy();
    if (!form() || document.querySelector("#errors, #refused") || location.hash) {
      return;
    }
    var fields = document.querySelectorAll("#intake-fields " + STOPS.split(", ").join(", #intake-fields "));
    var first = Array.prototype.slice.call(fields).filter(function (control) {
      return shown(control) && empty(control) && !(control.closest(".field") || control).querySelector(".optional");
    })[0];
    var wanted = first || document.querySelector("[data-file-wanted]") || document.querySelector("[data-mark]") ||
      document.querySelector(".action-bar .btn");
    if (wanted) {
      wanted.focus();
    }
  }

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !(target instanceof Element)) {
      return;
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && target.closest("#q, [data-row]")) {
      var rows = Array.prototype.slice.call(document.querySelectorAll(".visit-option, a[data-row]"));
      var to = rows[rows.indexOf(target) + (event.key === "ArrowDown" ? 1 : -1)];
      if (to) {
        event.preventDefault();
        to.focus();
      }
      return;
    }
    if (!target.closest("form[data-enter-next]")) {
      return;
    }
    if (event.key === "Enter" && target.matches("input:not([type='file']), select")) {
      event.preventDefault();
      next(target);
    } else if (/^[1-9]$/.test(event.key) && target.matches("[data-mark]")) {
      var option = target.options[Number(event.key)];
      if (option) {
        event.preventDefault();
        target.value = option.value;
        target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } else if (/^[1-9]$/.test(event.key) && target.type === "radio") {
      var group = document.getElementsByName(target.name);
      if (group[Number(event.key) - 1]) {
        event.preventDefault();
        group[Number(event.key) - 1].click();
        group[Number(event.key) - 1].focus();
      }
    }
  });

  document.addEventListener("click", function (event) {
    if (!(event.target instanceof Element)) {
      return;
    }
    if (event.target.closest("[data-next-file]")) {
      var file = Array.prototype.slice.call(document.querySelectorAll("[data-file-wanted]")).filter(function (one) {
        return !one.files.length && shown(one);
      })[0];
      if (file) {
        file.focus();
        file.click();
      }
    }
    var opened = event.target.closest("summary[data-open]");
    if (opened && !opened.parentElement.open) {
      window.setTimeout(function () {
        var first = opened.parentElement.querySelector("input, select, textarea");
        if (first) {
          first.focus();
        }
      }, 0);
    }
  });

  document.addEventListener("change", function (event) {
    var target = event.target;
    if (!(target instanceof Element)) {
      return;
    }
    /* A file that came: the verdict on it is next. */
    if (target.matches("[data-file-wanted]") && target.files.length) {
      var mark = document.getElementById(target.id.replace("file-", "mark-"));
      if (mark) {
        mark.focus();
      }
    }
    if (target.matches("[data-mark]")) {
      tidy();
      var box = document.querySelector('[data-fault="' + target.getAttribute("data-mark") + '"]');
      if (box && (target.value === "faulty" || target.value === "spot")) {
        box.open = true;
        var words = box.querySelector("input");
        if (words && !words.value) {
          words.focus();
        }
      }
    }
    /* A reason to ask again: then the material gets a verdict like any other. */
    if (target.name && target.name.indexOf("again__") === 0) {
      var of = document.querySelector('[data-mark-of="' + target.name.slice(7) + '"]');
      if (of) {
        of.hidden = !target.value;
      }
    }
  });

  document.addEventListener("htmx:afterSettle", tidy);

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", focusWhereTheWorkIs);
  } else {
    focusWhereTheWorkIs();
  }
})();
