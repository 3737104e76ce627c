// The catalogue as a preview uses it: new names and states are known for the preview only, and nothing is noted.

import type { FieldTarget, MetricFields, UnknownNames } from '../codecs/metric-fields.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';

/** Above the number of every metric of a plant. */
const FIRST_OWN = 60_000;
const MAX_OWN = 5_000;
/** Above the code of every stored state. */
const FIRST_OWN_STATE = 1_000;

export class PreviewFields implements MetricFields {
  readonly #fields: MetricFields;
  readonly #nameOf: (field: string) => string | null;
  readonly #own = new Map<string, FieldTarget>();
  readonly #states = new Map<number, string[]>();
  readonly #targets = new Map<number, FieldTarget>();

  constructor(fields: MetricFields, nameOf: (field: string) => string | null) {
    this.#fields = fields;
    this.#nameOf = nameOf;
  }

  /** New fields get the kind of their first value, and the unit that the payload names. */
  learn({ fields }: UnknownNames): void {
    for (const { field, value, unit } of fields.values()) {
      const kind = typeof value === 'number' ? 'gauge' : typeof value === 'boolean' ? 'boolean' : 'state';
      const name = this.#nameOf(field);
      if (name === null || this.#own.size >= MAX_OWN) continue;
      const same = [...this.#own.values()].find((each) => each.name === name);
      const target: FieldTarget = same ?? {
        ...{ metric: FIRST_OWN + this.#own.size, name, kind, unit: unit ?? '', isNew: false, isBuiltIn: false },
        ...{ min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
      };
      this.#own.set(field, target);
    }
  }

  /** A metric that was found. */
  targetOf(metric: number): FieldTarget | undefined {
    return this.#targets.get(metric);
  }

  /** The name of a state that the catalogue does not have. */
  ownState(metric: number, code: number): string | undefined {
    return this.#states.get(metric)?.[code - FIRST_OWN_STATE];
  }

  find(field: string, machineId: string): FieldTarget | RejectionReason | undefined {
    const found = this.#fields.find(field, machineId) ?? this.#own.get(field);
    if (typeof found === 'object') this.#targets.set(found.metric, found);
    return found;
  }

  stateCode(metric: number, text: string): number | RejectionReason {
    const known = metric < FIRST_OWN ? this.#fields.stateCode(metric, text) : undefined;
    if (known !== undefined) return known;
    const own = this.#states.get(metric) ?? [];
    this.#states.set(metric, own);
    const at = own.indexOf(text);
    return FIRST_OWN_STATE + (at >= 0 ? at : own.push(text) - 1);
  }

  admits(machineId: string, metric: number): boolean {
    return metric >= FIRST_OWN || this.#fields.admits(machineId, metric);
  }

  convert(metric: number, value: number, unit: string): number | null {
    return metric >= FIRST_OWN ? value : this.#fields.convert(metric, value, unit);
  }

  offsetsOf(machineId: string) {
    return this.#fields.offsetsOf(machineId);
  }

  noteArrival(): void {}
}
