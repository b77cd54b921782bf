/** Light, dark, or as the system has it; the tokens come from report/palette.ts, the one home of colours. */
import { themeDeclarations } from '../report/palette.ts';
import type { AppState, AppStore } from './appState.ts';

const KEY = 'halide-md theme';

/** Puts the tokens into the page and follows the store; `changed` is called when colours are others than before. */
export function installTheme(store: AppStore, changed: () => void): void {
  const style = document.createElement('style');
  style.textContent =
    `:root{color-scheme:light;${themeDeclarations('light')}}` +
    `:root[data-theme=dark]{color-scheme:dark;${themeDeclarations('dark')}}`;
  document.head.append(style);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.documentElement.dataset['theme'] = isDark(store.state.theme, system.matches) ? 'dark' : 'light';
    changed();
  };
  store.set({ theme: stored() });
  store.watch(['theme'], ({ theme }) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    apply();
  });
  system.addEventListener('change', apply);
}

/** The other theme than the one on the screen. */
export function toggledTheme(theme: AppState['theme']): AppState['theme'] {
  return isDark(theme, matchMedia('(prefers-color-scheme: dark)').matches) ? 'light' : 'dark';
}

function isDark(theme: AppState['theme'], system: boolean): boolean {
  return theme === 'dark' || (theme === 'auto' && system);
}

function stored(): AppState['theme'] {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'dark' || theme === 'light' ? theme : 'auto';
  } catch {
    return 'auto';
  }
}
