// A press on the site plan sets the two numbers of its pin; without this the numbers are typed.
const plan = document.querySelector("svg[data-pin]"), x = document.getElementById("id_x"), y = document.getElementById("id_y");
if (plan && x && y) {
  const box = plan.viewBox.baseVal, mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  mark.setAttribute("r", String(Math.max(box.width / 22, 1)));
  mark.setAttribute("class", "mark");
  plan.append(mark);
  const show = () => {
    mark.toggleAttribute("hidden", x.value === "" || y.value === "");
    mark.setAttribute("cx", String((Number(x.value) * box.width) / 1000));
    mark.setAttribute("cy", String((Number(y.value) * box.height) / 1000));
  };
  plan.addEventListener("click", (press) => {
    press.preventDefault();
    const seen = plan.getBoundingClientRect();
    x.value = String(Math.round(((press.clientX - seen.left) / seen.width) * 1000));
    y.value = String(Math.round(((press.clientY - seen.top) / seen.height) * 1000));
    show();
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  show();
}
