// What people call a browser and its system, from the User-Agent header. Of products that name several, the more special one
// comes first: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.

const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|Opera)\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|Chromium|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* .*Safari\//, 'Safari'],
  [/^curl\/(\d+)/, 'curl'],
  [/^python-requests\/(\d+)/, 'Python'],
] as const;

const SYSTEMS = [
  [/\biPhone\b/, 'iPhone', true],
  [/\biPad\b/, 'iPad', true],
  [/\bAndroid\b/, 'Android', true],
  [/\bWindows NT\b/, 'Windows', false],
  [/\bCrOS\b/, 'ChromeOS', false],
  [/\bMac OS X\b/, 'macOS', false],
  [/\bLinux\b/, 'Linux', false],
] as const;

export interface BrowserName {
  /** With its main version; null where the program is not known. */
  browser: string | null;
  /** Null where it is not known. */
  system: string | null;
  isMobile: boolean;
}

export function browserName(userAgent: string | null): BrowserName {
  const text = userAgent ?? '';
  let browser: string | null = null;
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(text)?.[1];
    if (version === undefined) continue;
    browser = `${name} ${version}`;
    break;
  }
  const system = SYSTEMS.find(([pattern]) => pattern.test(text));
  return { browser, system: system?.[1] ?? null, isMobile: system?.[2] ?? false };
}
