// Sorts the table by a column when its heading is pressed. Numbers in the cells are compared as numbers.
const body = document.querySelector("tbody");
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const heading = button.closest("th");
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of document.querySelectorAll("th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const rows = [...body.rows].sort((one, other) =>
      value(one).localeCompare(value(other), undefined, { numeric: true }));
    body.append(...(down ? rows.reverse() : rows));
  });
}
