// What is pasted into a text box of a form with data-paste from Word, WeChat or a web page is written as plain Markdown.
// The server cleans it again (portal/pages/pasted.py).
const STARS = { B: "**", STRONG: "**", I: "*", EM: "*" };
const GONE = /^(SCRIPT|STYLE|HEAD|TITLE|META|LINK|IFRAME|OBJECT|SVG|TEMPLATE|O:P|XML)$/i;
const BLOCK = /^(P|DIV|SECTION|BLOCKQUOTE|FIGURE|ARTICLE|H[1-6])$/;

const HIDDEN = /display:\s*none|visibility:\s*hidden|mso-hide:\s*all/i;
// Word writes a list as paragraphs, each with its number or dot in a part of its own. ITEM marks them until the end.
const WORDS_MARK = /mso-list:\s*ignore/i;
const ITEM = "\u0000";

function mark(text) {
  const sign = text.replace(/[\s\u00a0]+/g, "");
  const number = /^[(（]?(\d{1,3})[.．、)）]$/.exec(sign);
  if (number) return `${ITEM}${number[1]}. `;
  return sign.length === 1 ? `${ITEM}- ` : `${sign} `;
}

const inside = (node, place) => [...node.childNodes].map((child) => write(child, place)).join("");

function cells(row) {
  return `| ${[...row.cells].map((cell) => inside(cell, "cell").replace(/\s+/g, " ").trim().replaceAll("|", "｜")).join(" | ")} |`;
}

function table(node) {
  const rows = [...node.rows].map(cells);
  if (rows.length) rows.splice(1, 0, `|${" --- |".repeat(node.rows[0].cells.length)}`);
  return `\n\n${rows.join("\n")}\n\n`;
}

function list(node, depth) {
  const items = [...node.children].filter((one) => one.tagName === "LI").map((one, n) =>
    `${"  ".repeat(depth)}${node.tagName === "OL" ? `${n + 1}.` : "-"} ${inside(one, depth + 1).trim()}`);
  return depth ? `\n${items.join("\n")}` : `\n\n${items.join("\n")}\n\n`;
}

function write(node, place) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[\s\u00a0]+/g, " ");
  const tag = node.tagName;
  const style = node.getAttribute?.("style") ?? "";
  if (!tag || GONE.test(tag) || node.hidden || HIDDEN.test(style)) return "";
  if (WORDS_MARK.test(style)) return place === undefined ? mark(node.textContent) : node.textContent;
  if (tag === "BR") return place === "cell" ? " " : "\n";
  if (tag === "TABLE") return table(node);
  if (tag === "UL" || tag === "OL") return list(node, Number(place) || 0);
  const text = inside(node, place);
  const words = text.trim();
  if (STARS[tag] && words) return text.replace(words, () => STARS[tag] + words + STARS[tag]);
  if (tag === "A" && words && /^(https?|mailto|tel):/.test(node.href) && node.href !== words) return `[${words}](${node.href})`;
  if (!BLOCK.test(tag) || place !== undefined) return text;
  const head = /^H[12]$/.test(tag) ? "## " : /^H/.test(tag) ? "### " : tag === "BLOCKQUOTE" ? "> " : "";
  return words ? `\n\n${head}${words}\n\n` : "";
}

export function markdown(html) {
  const text = inside(new DOMParser().parseFromString(html, "text/html").body);
  const together = text.replace(/(\u0000[^\n]*)\n\s*\n(?=\u0000)/g, "$1\n").replaceAll(ITEM, "");
  return together.replace(/ +\n/g, "\n").replace(/\n +(?!(-|\d+\.) )/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

document.addEventListener("paste", (event) => {
  const box = event.target;
  const html = event.clipboardData?.getData("text/html");
  if (!html || !box.matches?.("form[data-paste] textarea")) return;
  event.preventDefault();
  box.setRangeText(markdown(html), box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
