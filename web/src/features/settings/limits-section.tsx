// Limits per sensor type, and the machines that have their own.

export function LimitsSection() {
  return null;
}
