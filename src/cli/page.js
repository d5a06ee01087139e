// Shows the rows that match every word in the search box, and hides sections that have no rows left.
const box = document.getElementById("q");
const rows = [...document.querySelectorAll("tbody tr")];

function search() {
  const words = box.value.toLowerCase().split(/[^\p{L}\p{N}.]+/u).filter(Boolean);
  for (const row of rows) row.hidden = !words.every(word => row.dataset.find.includes(" " + word));
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("tbody tr:not([hidden])");
  }
  const shown = rows.filter(row => !row.hidden).length;
  document.getElementById("count").value = shown ? `${shown} of ${rows.length} rows` : "Nothing found";
}

// A link shows its row even if the search had hidden it.
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest("[hidden]")) return;
  box.value = "";
  search();
  target.scrollIntoView();
}

box.form.hidden = false;
box.value = new URLSearchParams(location.search).get("q") ?? "";
box.addEventListener("input", search);
addEventListener("hashchange", follow);
search();
follow();
