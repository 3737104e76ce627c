// A QR code as the path of an SVG: one rectangle for each run of dark modules in a row.

/** Modules of white around the code, without which scanners do not find it (ISO/IEC 18004). */
export const QUIET_ZONE = 4;

/** `modules` are rows of a square, true where dark. One module is one unit; the quiet zone is left free. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  let path = '';
  modules.forEach((row, y) => {
    let from = 0;
    while (from < row.length) {
      if (!row[from]) {
        from++;
        continue;
      }
      let to = from;
      while (row[to]) to++;
      path += `M${from + QUIET_ZONE} ${y + QUIET_ZONE}h${to - from}v1h-${to - from}z`;
      from = to;
    }
  });
  return path;
}
