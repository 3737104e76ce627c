// A user as two letters.

export function Avatar({ name }: { name: string }) {
  return <span aria-hidden="true">{initials(name)}</span>;
}

function initials(name: string): string {
  const [first = '', second = ''] = name.split(/[._\-\s]+/);
  return `${first.slice(0, 1)}${second.slice(0, 1) || first.slice(1, 2)}`.toUpperCase();
}
