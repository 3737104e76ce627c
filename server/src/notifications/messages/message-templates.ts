// The templates in force: those that Management has changed, and the default ones.

import type { Fault } from '@gonsters/contract';
import {
  MESSAGE_VARIABLES,
  type MessageLanguage,
  type MessageTemplate,
  type MessageVariable,
} from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../database/database.ts';
import { AppError } from '../../errors.ts';
import type { AlertTemplates } from '../message-text.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { parseTemplate } from './template.ts';

export interface StoredTemplate extends MessageTemplate {
  readonly language: MessageLanguage;
  readonly isDefault: boolean;
  /** UTC ms; null for a default one. */
  readonly updatedAtMs: number | null;
  readonly updatedBy: string | null;
}

const isKnown = (name: string): name is MessageVariable => Object.hasOwn(MESSAGE_VARIABLES, name);

export class MessageTemplates {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(deps: { database: Database; clock: Clock }) {
    this.#database = deps.database;
    this.#clock = deps.clock;
  }

  async get(language: MessageLanguage): Promise<StoredTemplate> {
    const row = await this.#database.db
      .selectFrom('message_templates')
      .selectAll()
      .where('language', '=', language)
      .executeTakeFirst();
    if (row === undefined) {
      return { ...DEFAULT_TEMPLATES[language], language, isDefault: true, updatedAtMs: null, updatedBy: null };
    }
    const { subject, body, updated_at: updatedAtMs, updated_by: updatedBy } = row;
    return { subject, body, language, isDefault: false, updatedAtMs, updatedBy };
  }

  /** Ready to be filled. */
  async inForce(language: MessageLanguage): Promise<AlertTemplates> {
    return parsed(await this.get(language));
  }

  /** Throws `validation_failed` with every variable that is not known, and its place. */
  check(template: MessageTemplate): AlertTemplates {
    const faults = (['subject', 'body'] as const).flatMap((field) =>
      parseTemplate(template[field], isKnown).faults.map(
        ({ line, column, text }): Fault => ({
          field,
          error: `${field}, line ${line}, column ${column}: ${text}`,
          value: text.slice(0, 100),
        }),
      ),
    );
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
    return parsed(template);
  }

  /** Rejects with `validation_failed`. */
  async set(language: MessageLanguage, template: MessageTemplate, by: string): Promise<StoredTemplate> {
    this.check(template);
    const values = { ...template, updated_at: this.#clock.nowMs(), updated_by: by };
    await this.#database.db
      .insertInto('message_templates')
      .values({ language, ...values })
      .onConflict((conflict) => conflict.column('language').doUpdateSet(values))
      .execute();
    return this.get(language);
  }

  /** Back to the default one. */
  async reset(language: MessageLanguage): Promise<StoredTemplate> {
    await this.#database.db.deleteFrom('message_templates').where('language', '=', language).execute();
    return this.get(language);
  }
}

function parsed({ subject, body }: MessageTemplate): AlertTemplates {
  return { subject: parseTemplate(subject, isKnown).template, body: parseTemplate(body, isKnown).template };
}
