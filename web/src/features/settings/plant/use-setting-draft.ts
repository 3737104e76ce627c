// The settings and the unsaved changes to them, with the value that each change was made over.

import type { Settings, SettingView } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import {
  orderChanges,
  readSetting,
  reviewDraft,
  type SettingChange,
  type SettingFault,
  sameValue,
  showSetting,
} from './setting-draft.ts';

interface Edit {
  text: string;
  /** What was stored when the edit began, or when the person last chose to keep it. */
  base: string;
}

export interface SettingDraft {
  stored: Settings;
  changes: readonly SettingChange[];
  /** Edits that are a change or cannot be read. */
  edited: number;
  faults: ReadonlyMap<string, SettingFault>;
  /** Why the server did not take an edit, in its words. */
  refusals: ReadonlyMap<string, string>;
  saving: boolean;
  view(name: string): SettingView | undefined;
  text(name: string): string;
  /** Somebody else has stored another value since the edit began. */
  isOvertaken(name: string): boolean;
  edit(name: string, text: string): void;
  /** What is stored now instead of the edit. */
  drop(name: string): void;
  /** The edit, knowing of what is stored now. */
  keep(name: string): void;
  discard(): void;
  save(): Promise<void>;
}

export const SETTINGS_KEY = ['config'];
const NONE: ReadonlyMap<string, string> = new Map();

export function useSettings() {
  const api = useApi();
  return useQuery({ queryKey: SETTINGS_KEY, queryFn: ({ signal }) => api.settings(signal) });
}

export function useSettingDraft(views: readonly SettingView[]): SettingDraft {
  const api = useApi();
  const queries = useQueryClient();
  const { t, language } = useText();
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map());
  const [refusals, setRefusals] = useState(NONE);
  const [saving, setSaving] = useState(false);
  const stored = useMemo<Settings>(() => Object.fromEntries(views.map(({ name, value }) => [name, value])), [views]);
  const review = useMemo(() => {
    const texts = new Map([...edits].map(([name, { text }]) => [name, text]));
    return reviewDraft(stored, texts, language);
  }, [edits, stored, language]);
  const storedText = (name: string) => showSetting(name, stored[name] ?? '', language);

  const change = (name: string, edit: Edit | null) => {
    const next = new Map(edits);
    if (edit === null) next.delete(name);
    else next.set(name, edit);
    setEdits(next);
    setRefusals(new Map([...refusals].filter(([other]) => other !== name)));
  };

  /** What is stored goes from the form as it is stored; what fails stays, with the reason. */
  const save = async () => {
    const order = orderChanges(stored, review.changes);
    const failed = new Map<string, string>();
    let saved = 0;
    setSaving(true);
    setRefusals(NONE);
    for (const [place, { name, value }] of order.entries()) {
      try {
        const updated = await api.updateSetting(name, value);
        queries.setQueryData<readonly SettingView[]>(SETTINGS_KEY, (before) =>
          before?.map((view) =>
            view.name === name
              ? { ...view, value: updated.new_value, updated_at: updated.updated_at, updated_by: updated.updated_by }
              : view,
          ),
        );
        setEdits((before) => new Map([...before].filter(([other]) => other !== name)));
        saved++;
      } catch (error) {
        failed.set(name, refusalText(t, error));
        if (isOfTheSetting(error)) continue;
        for (const rest of order.slice(place + 1)) failed.set(rest.name, t('settings.not_tried'));
        break;
      }
    }
    setRefusals(failed);
    setSaving(false);
    void queries.invalidateQueries({ queryKey: SETTINGS_KEY });
    if (failed.size === 0) toast.success(t('settings.saved', { count: saved }));
    else toast.error(t('settings.saved_partly', { count: saved, failed: failed.size }));
  };

  return {
    stored,
    changes: review.changes,
    edited: review.changes.length + [...edits.keys()].filter((name) => isUnreadable(review.faults.get(name))).length,
    faults: review.faults,
    refusals,
    saving,
    view: (name) => views.find((view) => view.name === name),
    text: (name) => edits.get(name)?.text ?? storedText(name),
    isOvertaken: (name) => {
      const edit = edits.get(name);
      if (saving || edit === undefined || sameValue(name, edit.base, stored[name] ?? '')) return false;
      const read = readSetting(name, edit.text, language);
      return !read.ok || !sameValue(name, read.value, stored[name] ?? '');
    },
    edit: (name, text) => {
      const base = edits.get(name)?.base ?? stored[name] ?? '';
      change(name, text === storedText(name) ? null : { text, base });
    },
    drop: (name) => change(name, null),
    keep: (name) => change(name, { text: edits.get(name)?.text ?? '', base: stored[name] ?? '' }),
    discard: () => {
      setEdits(new Map());
      setRefusals(NONE);
    },
    save,
  };
}

/** The settings that differ from the defaults of a fresh installation. */
export function changedFromDefault(views: readonly SettingView[]): { view: SettingView; standard: string }[] {
  return views.flatMap((view) =>
    sameValue(view.name, view.value, view.default) ? [] : [{ view, standard: view.default }],
  );
}

/** The fault is this setting's own: the next one may well be taken. */
function isOfTheSetting(error: unknown): boolean {
  return error instanceof ApiError && error.status === 400;
}

function refusalText(t: Translate, error: unknown): string {
  const said = error instanceof ApiError ? error.faults[0]?.error : undefined;
  return said === undefined ? errorText(t, error) : serverMessage(t, said);
}

const isUnreadable = (fault: SettingFault | undefined) => fault !== undefined && fault.kind !== 'order';
