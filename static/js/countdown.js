// Keeps <time data-left datetime="…"> fresh by the server's clock; the words are those of portal.community.wording.
const MINUTE = 60, HOUR = 3600, DAY = 86400;

export function countDown() {
  const words = document.querySelector("meta[name=words]")?.dataset;
  const server = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "");
  if (!words || Number.isNaN(server)) return;
  const ahead = server - Date.now();
  const unit = (count, name) => words[count === 1 ? name : `${name}s`].replace("0", count);

  function length(seconds) {
    const days = Math.floor(seconds / DAY), hours = Math.floor((seconds % DAY) / HOUR), minutes = Math.floor((seconds % HOUR) / MINUTE);
    if (days) return days >= 3 || !hours ? unit(days, "day") : `${unit(days, "day")} ${unit(hours, "hour")}`;
    if (hours) return hours >= 3 || !minutes ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(minutes, "minute")}`;
    return unit(minutes, "minute");
  }

  function tick() {
    for (const time of document.querySelectorAll("time[data-left]")) {
      const seconds = Math.floor((Date.parse(time.dateTime) - Date.now() - ahead) / 1000);
      const text = seconds <= 0 ? words.over : seconds < MINUTE ? words.moment : words.left.replace("0", length(seconds));
      if (time.textContent !== text) time.textContent = text;
    }
  }
  setInterval(tick, 20000);
  document.addEventListener("htmx:afterSettle", tick);
}
