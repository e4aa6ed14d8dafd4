// What a station puts where the server's answer would stand: by the words of the page, in its language.
import { letsThrough } from "./checkin_rules.js";

const words = document.getElementById("alone");
const result = document.getElementById("result");
const language = document.documentElement.lang;
const timeZone = words.dataset.zone;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
const SIGNS = { ok: "✓", warn: "!", bad: "✕" };

export function timeOf(at) {
  return clock.format(at);
}

export function labelOf(code) {
  return words.querySelector(`[data-result="${CSS.escape(code)}"]`)?.textContent ?? code;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function text(of) {
  return of ? of[language] || of.en || Object.values(of)[0] || "" : "";
}

export function namesOf(person) {
  const names = language === "zh-Hans" ? [person.native, person.latin] : [person.latin, person.native];
  return names.filter(Boolean);
}

export function nameOf(person) {
  const name = document.createElement("bdi");
  const [first, second] = namesOf(person);
  name.append(first ?? "");
  if (second) {
    const other = element("span", "name-other", second);
    other.lang = second === person.native ? person.language : "en";
    name.append(" ", other);
  }
  return name;
}

function kindOf(told) {
  if (letsThrough(told)) return "ok";
  return ["already-in", "not-in", "unknown"].includes(told) ? "warn" : "bad";
}

function ofPerson(person, roster) {
  const line = element("p", "scan-of");
  const type = roster.head.types.find((one) => one.id === person.type_id);
  const delegation = roster.head.delegations.find((one) => one.id === person.delegation_id);
  line.append([text(type?.name), text(delegation?.name)].filter(Boolean).join(" · "));
  if (type?.color) {
    const space = "http://www.w3.org/2000/svg";
    const sign = document.createElementNS(space, "svg");
    sign.setAttribute("class", "scan-type");
    sign.setAttribute("viewBox", "0 0 1 1");
    sign.setAttribute("aria-hidden", "true");
    const square = document.createElementNS(space, "rect");
    for (const [name, value] of [["width", 1], ["height", 1], ["fill", type.color]]) square.setAttribute(name, value);
    sign.append(square);
    line.prepend(sign, " ");
  }
  return line;
}

function headed(kind, words) {
  const said = element("section", `scan-said scan-${kind}`);
  said.dataset.said = kind;
  const head = element("h2", "scan-word");
  const sign = element("span", "scan-sign", SIGNS[kind]);
  sign.setAttribute("aria-hidden", "true");
  head.append(sign, ` ${words}`);
  said.append(head);
  return said;
}

// As loud as where the server says it.
function rehearsalWord() {
  const word = document.querySelector("[data-rehearsal-banner] .rehearsal-word").cloneNode(true);
  word.classList.add("rehearsal");
  return word;
}

// What this device decided alone.
export function showAlone(told, person, roster) {
  const kind = kindOf(told);
  const said = headed(kind, told === "unknown" ? words.dataset.notYetKnown : labelOf(told));
  said.dataset.result = told;
  const runs = document.querySelector("[data-scan]").elements.rehearsal.value;
  said.dataset.rehearsal = runs;
  if (runs) {
    said.dataset.rehearsed = "";
    said.prepend(rehearsalWord());
  }
  if (person) {
    if (told === "already-in" && person.since) {
      said.append(element("p", "scan-since", words.dataset.inSince.replace("{time}", timeOf(Date.parse(person.since)))));
    }
    if (told === "already-in" && person.is_by_word) said.append(element("p", "scan-word-of", words.dataset.byWord));
    const name = element("p", "scan-name");
    name.append(nameOf(person));
    said.append(name, ofPerson(person, roster));
    if (person.is_vip) {
      said.append(element("p", "scan-note", person.responsible ? words.dataset.call.replace("{name}", person.responsible) : words.dataset.vip));
    }
  } else {
    said.append(element("p", "scan-of", words.dataset.unknownHelp));
  }
  said.append(element("p", "scan-alone", words.dataset.alone));
  result.replaceChildren(said);
}

export function showWords(kind, told) {
  result.replaceChildren(headed(kind, told));
}

// A name that nobody can look for yet.
export function showSought(typed, isLoading) {
  showWords("warn", words.dataset[isLoading ? "stillLoading" : "noNames"].replace("{text}", typed));
}

// What is nobody's code may be a name: whether that is said.
export function tellSought() {
  const said = result.querySelector("[data-result=unknown]");
  said?.append(element("p", "scan-of", words.dataset.perhapsName));
  return Boolean(said);
}

// People of that name, to check in without their code. The keyboard stays in the box, where the next badge may be typed.
export function showPeople(typed, people, roster, onChosen) {
  if (!people.length) {
    showWords("bad", words.dataset.nobody.replace("{text}", typed));
    return;
  }
  const section = element("section", "scan-people");
  section.append(element("h2", "", words.dataset.found.replace("{text}", typed)));
  const list = element("ul", "plain");
  for (const person of people) {
    const item = document.createElement("li");
    const about = document.createElement("div");
    const name = element("p", "scan-found");
    name.append(nameOf(person));
    about.append(name, ofPerson(person, roster));
    const button = element("button", "btn", words.dataset.choose);
    button.type = "button";
    button.setAttribute("aria-label", `${words.dataset.choose}: ${namesOf(person).join(" ")}`);
    button.addEventListener("click", () => onChosen(person));
    item.append(about, button);
    list.append(item);
  }
  section.append(list);
  result.replaceChildren(section);
}
