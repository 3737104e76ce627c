// Hands a file that was fetched with the session's token to the browser's downloads.

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Only once the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
