// The choice between the themes light, dark and system.

import { useSyncExternalStore } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { Segments } from '../form/segments.tsx';
import { chooseTheme, THEME_CHOICES, themeChoice, watchThemeChoice } from './theme.ts';

export function ThemeChoiceSegments() {
  const { t } = useText();
  return (
    <Segments
      label={t('theme.choice')}
      value={useSyncExternalStore(watchThemeChoice, themeChoice)}
      choices={THEME_CHOICES.map((choice) => ({ value: choice, label: t(`theme.${choice}`) }))}
      onChoose={chooseTheme}
    />
  );
}
