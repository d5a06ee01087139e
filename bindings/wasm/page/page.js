// The box of the page: says as one types what happened, what to do, and who has to act.
import { delivery } from "../index.js";
import { parts } from "./parts.js";

// More than this is for the command.
const MOST = 50;

const pasted = document.getElementById("pasted");
const summary = document.getElementById("summary");
const verdicts = document.getElementById("verdicts");

/** Who has to act, by what the answer is about. */
const ACTORS = {
  recipient: "The recipient, or whoever runs their mailbox. Ask them another way.",
  "recipient-domain": "Whoever runs the recipient's domain. First check how the domain is spelled.",
  message: "Whoever writes or sends the message.",
  sender: "Whoever runs the sender's domain or account.",
  source: "Whoever runs the sending server.",
  receiver: "Whoever runs the receiving server.",
};

function actor({ bounce, retry, scope }) {
  if (!bounce) return "Nobody.";
  if (retry) return "Nobody yet: the sending server tries again by itself.";
  if (bounce === "hard") return "You: take the address off your lists, or correct it.";
  return ACTORS[scope] ?? "The server does not say. Ask the postmaster of the recipient's domain.";
}

/** An element with these children: texts and elements. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter(child => child !== null));
  return made;
}

/** A link to the row of the reference that decided. What identifies it there is its code, or its name as a part of an address. */
function reference({ matched, row }) {
  const slug = row.toLowerCase().match(/[\p{Alphabetic}\p{N}.]+/gu).join("-");
  const id = [`${matched}-${slug}`, slug, row].find(id => document.getElementById(id));
  return id ? element("a", { href: `#${encodeURIComponent(id)}` }, row) : row;
}

/** A link to where the provider explains its replies. */
function provider({ provider, postmaster }) {
  return postmaster ? element("a", { href: postmaster, target: "_blank", rel: "noreferrer" }, provider) : provider;
}

function wait(seconds) {
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([size]) => seconds % size === 0);
  return ` Wait ${seconds / size} ${unit}${seconds === size ? "" : "s"}.`;
}

function article(text, { outcome, recipient, verdict }) {
  const { evidence, evidence_start: start } = verdict ?? {};
  const quoted = !evidence
    ? [text]
    : [text.slice(0, start), element("mark", {}, evidence), text.slice(start + evidence.length)];
  const facts = verdict
    ? [
        ["What happened", verdict.description],
        ["What to do", verdict.advice + (verdict.retry_after ? wait(verdict.retry_after) : "")],
        ["Who has to act", actor(verdict)],
        recipient && ["Recipient", recipient],
        verdict.provider && ["Said by", provider(verdict)],
        ["Category", verdict.category],
        ["Decided by", reference(verdict)],
      ]
    : [recipient && ["Recipient", recipient]];
  return element(
    "article",
    { className: verdict?.bounce ?? "" },
    element("h3", {}, ...title(outcome, verdict)),
    element("dl", {}, ...facts.filter(Boolean).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    element("pre", { tabIndex: 0, ariaLabel: "What was read" }, ...quoted),
  );
}

function title(outcome, verdict) {
  const capital = text => text[0].toUpperCase() + text.slice(1);
  if (verdict?.bounce) return [element("b", { className: verdict.bounce }, `${capital(verdict.bounce)} bounce`), `: ${verdict.name}`];
  return [outcome ? capital(outcome) : `Not a failure: ${verdict.name}`];
}

function explain() {
  const found = parts(pasted.value).map(({ text, recipient }) => {
    const answer = delivery(text);
    return [text, { ...answer, recipient: recipient ?? answer.recipient }];
  });
  const answers = found.filter(([, { outcome, verdict }]) => outcome || verdict);
  verdicts.replaceChildren(...answers.slice(0, MOST).map(([text, answer]) => article(text, answer)));
  summary.className = answers.length === 1 ? "alone" : "";
  if (!pasted.value.trim()) summary.value = "";
  else if (!answers.length) summary.value = "There is no code in this, and no words that say why mail was refused.";
  else if (answers.length === 1) {
    const [[, { outcome, verdict }]] = answers;
    summary.value = element("p", {}, ...title(outcome, verdict)).textContent + (verdict ? `. ${verdict.advice}` : ".");
  } else {
    const count = bounce => answers.filter(([, { verdict }]) => (verdict?.bounce ?? null) === bounce).length;
    const counts = [["hard", count("hard")], ["soft", count("soft")], ["block", count("block")], ["no failure", count(null)]];
    const listed = counts.filter(([, number]) => number).map(([name, number]) => `${number} ${name}`);
    const rest = answers.length > MOST ? ` The first ${MOST} are below.` : "";
    summary.value = `${answers.length} answers: ${listed.join(", ")}.${rest}`;
  }
}

document.getElementById("bounce").hidden = false;
pasted.addEventListener("input", explain);
explain();
