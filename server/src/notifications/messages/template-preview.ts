// What a message would say with a template, of an example or of a given alert.

import type { AlertEvent, MessageLanguage, MessageTemplate, NotificationKind } from '@gonsters/contract';
import { isoTime, METRICS, SEVERITIES } from '@gonsters/contract';
import { limitMessage } from '../../alerts/rules/alert-message.ts';
import type { Clock } from '../../clock.ts';
import type { LinkBase } from '../link-base.ts';
import { messageText } from '../message-text.ts';
import type { AlertNames } from './alert-sentence.ts';
import { sounds } from './alert-values.ts';
import { chartPath } from './chart-path.ts';
import type { MessageTemplates } from './message-templates.ts';

const MINUTE_MS = 60_000;
const EXAMPLE_ID = '00000000-0000-4000-8000-000000000000';
const EXAMPLE_BASE = 'https://gonsters.example';

interface TemplatePreviewDeps {
  templates: Pick<MessageTemplates, 'check'>;
  names: AlertNames;
  base: Pick<LinkBase, 'current'>;
  zone: () => string;
  clock: Clock;
}

export class TemplatePreview {
  readonly #deps: TemplatePreviewDeps;

  constructor(deps: TemplatePreviewDeps) {
    this.#deps = deps;
  }

  /**
   * Throws `validation_failed` for a variable that is not known. The link that acknowledges is an example.
   *
   * @param event null for an example that fills every variable
   */
  render(
    { language, kind, ...template }: MessageTemplate & { language: MessageLanguage; kind: NotificationKind },
    event: AlertEvent | null,
  ): { subject: string; text: string } {
    const { templates, names, base, zone, clock } = this.#deps;
    const parsed = templates.check(template);
    const nowMs = clock.nowMs();
    const shown = event ?? exampleEvent(nowMs, names);
    const url = base.current()?.url ?? EXAMPLE_BASE;
    const chart = chartPath(shown);
    const item = {
      ...{ kind, event: shown, passesQuietHours: event === null },
      acknowledgeUrl: sounds({ kind }) ? `${url}/ack/…` : null,
      pageUrl: `${url}/alerts/${shown.id}`,
      chartUrl: chart && `${url}${chart}`,
    };
    return messageText('first', [item], 1, { language, zone: zone(), nowMs, names }, parsed);
  }
}

function exampleEvent(nowMs: number, names: AlertNames): AlertEvent {
  const { name } = METRICS[0];
  const metric = names.metric(name);
  const said = metric === undefined ? name : limitMessage(metric, 'high_high', 91.6, 88);
  const raised = isoTime(nowMs - 5 * MINUTE_MS);
  const [severity] = SEVERITIES;
  return {
    ...{ id: EXAMPLE_ID, seq: 1, machine_id: EXAMPLE_ID, machine_name: 'Press 4', location: 'Hall A' },
    ...{ metric: name, condition: 'level', gateway_id: null, limit_kind: 'high_high', severity },
    state: 'active_unacked',
    message: `Press 4: ${said}`,
    ...{ threshold: 88, value: 91.6, peak: 93.2, peak_value: 93.2, clears_at: 86.2, reading_count: 40 },
    ...{ raises: 2, raise_count: 2, chattering: false, machine_ids: [EXAMPLE_ID] },
    ...{ first_raised_at: isoTime(nowMs - 60 * MINUTE_MS), raised_at: raised, escalated_at: null },
    ...{ cleared_at: isoTime(nowMs), acknowledged_at: isoTime(nowMs), acknowledged_by: 'anna' },
    acknowledge_note: 'The pump is being replaced',
    ...{ shelved_until: null, shelved_by: null, shelve_reason: null, suppressed_by: null },
    ...{ late: false, end_not_seen: false, condition_id: null, told: null },
    cause: 'The cooling water is blocked, or the pump has stopped',
    consequence: 'The seals of the cylinder fail',
    response: 'Stop the press, and open the bypass of the cooler',
    time_to_respond_seconds: 900,
    ...{ updated_at: raised, timestamp: raised },
  };
}
