// The language of messages, apart from that of the page.

import type { ContactPreferences } from '@gonsters/contract';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';

export function LanguageRow({
  language,
  mayChange,
  onChange,
}: {
  language: ContactPreferences['language'];
  mayChange: boolean;
  onChange: (part: Pick<ContactPreferences, 'language'>) => void;
}) {
  const { say } = useTellingText();
  return (
    <section className="card">
      <div className="setting-row">
        <div>
          <h3>{say('told.language')}</h3>
          <span className="caption">{say('told.language.hint')}</span>
        </div>
        <div className="language-choice">
          <Segments
            label={say('told.language')}
            value={language ?? 'en'}
            choices={[
              { value: 'id', label: <span lang="id">Bahasa Indonesia</span> },
              { value: 'en', label: <span lang="en">English</span> },
            ]}
            onChoose={(next) => (mayChange ? onChange({ language: next }) : undefined)}
          />
        </div>
      </div>
    </section>
  );
}
