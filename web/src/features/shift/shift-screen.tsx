export function ShiftScreen() {
  return null;
}
