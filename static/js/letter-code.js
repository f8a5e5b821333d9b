// The square of a letter brings its code behind the #, which is sent to no server: here it is put into the field, and
// out of the address. Without scripts the code is typed; it is printed beside the square.
const field = document.getElementById("id_code"), code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
