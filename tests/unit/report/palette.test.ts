import { describe, expect, it } from 'vitest';
import { figure, figureFile } from '../../../src/report/figure.ts';
import { speciesStyles, themeDeclarations, token } from '../../../src/report/palette.ts';
import { crystal } from '../../support/sampleRun.ts';

/** WCAG contrast of two colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, bl = 0] = [1, 3, 5]
      .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe('tokens', () => {
  it.each(['light', 'dark'] as const)('text colours are readable on their surface, %s', (theme) => {
    const tokens = Object.fromEntries(
      themeDeclarations(theme)
        .split(';')
        .filter(Boolean)
        .map((one) => one.slice(2).split(':') as [string, string]),
    );
    const lines = Object.keys(tokens).filter((name) => name.startsWith('line-'));
    expect(lines.length).toBeGreaterThan(6);
    for (const name of [...lines, 'ink', 'ink-2', 'ink-3', 'accent', 'mobile', 'collective']) {
      expect(contrast(tokens[name]!, tokens['surface']!), name).toBeGreaterThan(4.5);
    }
    for (const tone of ['ok', 'warn', 'error']) {
      expect(contrast(tokens[tone]!, tokens[`${tone}-soft`]!), tone).toBeGreaterThan(4.5);
    }
    expect(contrast(tokens['mobile-on-soft']!, tokens['mobile-soft']!)).toBeGreaterThan(4.5);
    expect(contrast(tokens['edge']!, tokens['surface']!)).toBeGreaterThan(2.9);
  });

  it('a lone file gets plain colours on white, with a margin', () => {
    const svg = figure('words', 100, 50, '', `<path stroke="${token('mobile')}"/>`);
    const file = figureFile(svg);
    expect(file).toContain('viewBox="-14 -14 128 78" width="128" height="78"');
    expect(file).toContain('<rect x="-14" y="-14" width="128" height="78" fill="#FFFFFF"/>');
    expect(file).toContain('<path stroke="#C8401A"/>');
    expect(file).not.toContain('var(');
  });
});

describe('species', () => {
  it('colour follows the role, the dash repeats it', () => {
    const [li, y, cl] = speciesStyles(crystal(), ['Li']);
    expect(li).toMatchObject({ role: 'mobile', fill: '#F0592A' });
    expect(li!.dash).toBeUndefined();
    expect(y).toMatchObject({ role: 'metal', fill: '#207CDD', dash: '2 3' });
    expect(cl).toMatchObject({ role: 'anion', fill: '#B7D88A', dash: '6 3' });
  });

  it('slots are given by abundance; elements decide where charges are unknown', () => {
    const system = crystal();
    const bare = system.species.map(({ label, element, mass }) => ({ label, element, mass }));
    const more = { ...system, species: [...bare, { label: 'Br', element: 'Br', mass: 79.9 }] };
    const styles = speciesStyles({ ...more, typeOf: more.typeOf.map((t, i) => (i % 12 === 5 ? 3 : t)) }, [
      'Li',
    ]);
    expect(styles.map(({ role, rank }) => [role, rank])).toEqual([
      ['mobile', 0],
      ['metal', 0],
      ['anion', 0],
      ['anion', 1],
    ]);
  });
});
