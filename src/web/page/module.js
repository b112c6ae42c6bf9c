// Enhances the pages: a slider over the days on which something changes, and pages that are
// exchanged in place. Without it every page works as it is.

const parser = new DOMParser();
let latest = 0;

/** Shows another page in the place of this one; the address bar stays true. */
async function show(url, { push = true, keep = null } = {}) {
  const turn = ++latest;
  const main = document.querySelector("main");
  main?.setAttribute("aria-busy", "true");
  let text, final;
  try {
    const reply = await fetch(url, { headers: { accept: "text/html" } });
    final = reply.url;
    text = await reply.text();
  } catch {
    location.assign(url);
    return;
  }
  if (turn !== latest) return;
  const other = parser.parseFromString(text, "text/html");
  const fresh = other.querySelector("main");
  if (!fresh || !main) {
    location.assign(url);
    return;
  }
  const focus = keep ?? document.activeElement?.id;
  main.replaceWith(document.adoptNode(fresh));
  const nav = other.querySelector("header.top");
  if (nav) document.querySelector("header.top")?.replaceWith(document.adoptNode(nav));
  document.title = other.title;
  if (push) history.pushState({}, "", final);
  enhance();
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

/** Puts the slider into the form of the day. */
function enhance() {
  const form = document.querySelector("form.time");
  const list = form?.querySelector("#turnings");
  const input = form?.querySelector("#at");
  const turnings = [...(list?.children ?? [])];
  if (!form || !input || turnings.length < 2) return;
  const days = turnings.map((turning) => turning.dataset.day);
  // The last change on or before the day that is shown.
  let at = -1;
  days.forEach((day, place) => {
    if (day <= input.defaultValue) at = place;
  });
  const slider = document.createElement("input");
  slider.type = "range";
  slider.id = "slide";
  slider.className = "slide";
  slider.min = "0";
  slider.max = String(days.length - 1);
  slider.value = String(Math.max(at, 0));
  slider.setAttribute("aria-label", "Changes");
  const says = document.createElement("output");
  says.className = "slide-says";
  says.setAttribute("for", "slide");
  const tell = () => {
    const words = turnings[Number(slider.value)].textContent;
    slider.setAttribute("aria-valuetext", words);
    says.textContent = words;
  };
  tell();
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    input.value = days[Number(slider.value)];
    show(address(form), { keep: "slide" });
  });
  list.before(slider, says);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(address(form));
  });
}

/** The token that was printed with the address: kept for this tab, and out of the address bar. */
function token() {
  const printed = /^#token=([\x21-\x7e]+)$/.exec(location.hash)?.[1];
  if (printed) {
    sessionStorage.setItem("token", printed);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  const field = document.querySelector("form.record #token");
  if (field && !field.value) field.value = sessionStorage.getItem("token") ?? "";
}

/** What a form would ask for; a field that is empty says nothing. */
function address(form) {
  const url = new URL(form.action);
  url.search = "";
  for (const [name, value] of new FormData(form)) {
    if (value) url.searchParams.append(name, value);
  }
  return url.href;
}

/** The links before and after a day, and back to today, change the page in place, too. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.(".turnings a, .past a");
  if (!link || link.origin !== location.origin || location.protocol === "file:") return;
  event.preventDefault();
  show(link.href);
});

addEventListener("popstate", () => show(location.href, { push: false }));

if (location.protocol !== "file:") {
  enhance();
  token();
}
