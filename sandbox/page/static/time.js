// Dates as a Chinese county reads them. China keeps one offset all year, so
// shifting by it and reading the UTC fields is exact.
const offset = 8 * 3600 * 1000;
const day = 24 * 3600 * 1000;
const weekdays = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

// fields splits an instant (milliseconds) into China's calendar.
function fields(instant) {
  const shifted = new Date(instant + offset);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    date: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    time: shifted.toISOString().slice(11, 16),
  };
}

export function clockTime(instant) {
  return fields(instant).time;
}

// dayLabel names the day of an instant, with the year where it is another one.
export function dayLabel(instant, now) {
  const { year, month, date, weekday } = fields(instant);
  const prefix = year === fields(now).year ? "" : `${year}年`;
  return `${prefix}${month + 1}月${date}日 ${weekdays[weekday]}`;
}

// dayNumber is the same for two instants of one day.
export function dayNumber(instant) {
  return Math.floor((instant + offset) / day);
}

export function calendar(instant) {
  const { year, month, date, weekday, time } = fields(instant);
  return { year: `${year}年`, day: `${month + 1}月${date}日`, weekday: weekdays[weekday], time };
}

// nextMonday and nextNewYear are the next such 8:00 strictly after the instant.
export function nextMonday(instant) {
  const { year, month, date, weekday } = fields(instant);
  const target = Date.UTC(year, month, date + ((8 - weekday) % 7), 8) - offset;
  return target > instant ? target : target + 7 * day;
}

export function nextNewYear(instant) {
  const { year } = fields(instant);
  const target = Date.UTC(year, 0, 1, 8) - offset;
  return target > instant ? target : Date.UTC(year + 1, 0, 1, 8) - offset;
}
