// Whether a condition holds of the values of the questions that are shown, as the server decides it (conditions.py).
export function holds(tree, values) {
  if (!tree || !Object.keys(tree).length) return true;
  const [[word, rest]] = Object.entries(tree);
  if (word === "all") return rest.every((one) => holds(one, values));
  if (word === "any") return rest.some((one) => holds(one, values));
  if (word === "not") return !holds(rest, values);
  if (word === "answered") return Object.hasOwn(values, rest);
  const [key, wanted] = rest;
  if (!Object.hasOwn(values, key)) return false;
  if (word === "is") return values[key] === wanted;
  if (word === "includes") return Array.isArray(values[key]) && values[key].includes(wanted);
  return typeof values[key] === "number" && values[key] >= wanted;
}
