"use strict";
// The quick exit, and moving the reader to the heading when a step changes. No answers pass through here.
(() => {
  const leaveLink = document.getElementById("leave");

  let leaving = false;

  // The page goes blank and away first; telling the server to forget is sent along and never waited for.
  function leave() {
    leaving = true;
    document.documentElement.style.display = "none";
    document.title = "";
    fetch("/leave", { method: "POST", keepalive: true }).catch(() => {});
    window.location.replace(leaveLink.dataset.leave);
  }

  leaveLink.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    if (event.repeat) return;
    const now = Date.now();
    presses = presses.filter((at) => now - at < 2000).concat(now);
    if (presses.length >= 3) leave();
  });

  // Streamlit drops focus to the body after a step, so nothing is announced: move it to the new heading,
  // or to the list of problems when there is one.
  const root = document.getElementById("root");
  if (!root) return;

  // What stands in a box is kept once it is left. Whoever turns to another tab, locks the phone or loads the page anew
  // leaves it as well, unless they leave the site: then nothing is to be kept.
  let left = null;

  function leaveBox() {
    const box = document.activeElement;
    if (leaving || !box || !root.contains(box) || !box.matches("input, textarea")) return;
    left = box;
    box.blur();
  }

  // Words still being written are kept at every pause as well: what is thrown away with the page cannot be left first.
  // The keys that end a box keep it focused; inside a form they would send it.
  const PAUSE = 600;
  let pause = 0;

  function keepBox() {
    clearTimeout(pause);
    pause = 0;
    const box = document.activeElement;
    if (leaving || !box || !root.contains(box) || !box.matches("textarea") || box.closest('[data-testid="stForm"]')) return;
    const keys = { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true };
    box.dispatchEvent(new KeyboardEvent("keydown", keys));
  }

  // A field of one line is kept once it is left, and only then: each of its pauses would be an answer of its own.
  const LINES = 'input:not([type="radio"], [type="checkbox"], [role="combobox"])';
  let line = null;

  root.addEventListener("input", (event) => {
    clearTimeout(pause);
    pause = setTimeout(keepBox, PAUSE);
    line = event.target.matches(LINES) && !event.target.closest('[data-testid="stForm"]') ? event.target : null;
  });
  root.addEventListener("focusout", () => { line = null; });
  window.addEventListener("beforeunload", leaveBox);
  // Streamlit takes the page away as soon as it hears of it, and what is on its way then goes too: whoever was still
  // writing goes back once their words are kept. Streamlit answers words with the address of their page: then back again.
  const LONGEST = 1500;
  let kept = false;

  function goBack(event, target, since, begun) {
    const app = root.querySelector("[data-testid=stApp]");
    const busy = Boolean(app) && app.getAttribute("data-test-script-state") === "running";
    const answered = location.href !== target;
    if ((busy || !(begun || answered)) && Date.now() - since < LONGEST) {
      setTimeout(goBack, 15, event, target, since, begun || busy);
      return;
    }
    if (answered) {
      history.back();
      return;
    }
    kept = true;
    window.dispatchEvent(new PopStateEvent("popstate", { state: event.state }));
    kept = false;
  }

  window.addEventListener("popstate", (event) => {
    if (kept || !(pause || line)) return;
    event.stopImmediatePropagation();
    keepBox();
    if (line) line.blur();
    goBack(event, location.href, Date.now(), false);
  }, true);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") {
      leaveBox();
      return;
    }
    if (left && left.isConnected) left.focus({ preventScroll: true });
    left = null;
  });

  let heading = null;
  let problem = null;
  let waiting = false;

  // A heading above tick boxes is their name: say so to a screen reader, as a fieldset would.
  function nameGroups() {
    let title = null;
    for (const part of root.querySelectorAll('h1, h2, [class*="st-key-group-"]')) {
      if (part.tagName.startsWith("H")) title = part;
      else if (title && !part.hasAttribute("role")) {
        part.setAttribute("role", "group");
        part.setAttribute("aria-label", title.textContent);
      }
    }
  }

  const FIELDS = 'input, textarea, select, summary, [role="combobox"]';
  let errorPrefix = "";

  // What is wrong is drawn above its field: the first thing after that place that can be filled in.
  function fieldAfter(place) {
    for (const field of root.querySelectorAll(FIELDS)) {
      if (place.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) return field;
    }
    return null;
  }

  function sayProblems(shown) {
    for (const field of root.querySelectorAll("[data-wrong]")) {
      for (const name of ["data-wrong", "aria-invalid", "aria-describedby"]) field.removeAttribute(name);
    }
    if (!shown) return;
    for (const words of root.querySelectorAll(".problem")) {
      const field = fieldAfter(words);
      if (!field) continue;
      words.id ||= `problem-${Math.random()}`;
      field.setAttribute("data-wrong", "");
      if (field.matches("input, textarea")) field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", words.id);
    }
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest('.problems a[href^="#place-"]');
    if (!link) return;
    event.preventDefault();
    const place = root.querySelector(`.st-key-${link.getAttribute("href").slice(1)}`);
    const field = place && fieldAfter(place);
    if (field) {
      field.scrollIntoView({ block: "center" });
      field.focus();
    }
  });

  function moveFocus() {
    waiting = false;
    nameGroups();
    const shown = root.querySelector(".st-key-problems");
    if (shown && shown !== problem) {
      shown.tabIndex = -1;
      shown.focus();
    }
    // The words at a field may be drawn after the list on top, so this is looked at again each time.
    if (shown || problem) sayProblems(shown);
    problem = shown;
    const prefix = shown ? shown.querySelector("[data-title]") : null;
    if (prefix && !document.title.startsWith(prefix.dataset.title)) {
      errorPrefix = `${prefix.dataset.title} `;
      document.title = errorPrefix + document.title;
    } else if (!shown && errorPrefix && document.title.startsWith(errorPrefix)) {
      document.title = document.title.slice(errorPrefix.length);
    }
    // What was drawn before a page broke is hidden, its heading too.
    const title = root.querySelector(".st-key-trouble h1") || root.querySelector('[data-testid="stMain"] h1');
    const text = title ? title.textContent : null;
    if (text === null || text === heading) return;
    if (heading !== null) {
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
      const main = root.querySelector('[data-testid="stMain"]');
      if (main) main.scrollTop = 0;
    }
    heading = text;
  }

  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(moveFocus);
  }).observe(root, { childList: true, subtree: true, characterData: true });
})();
