import { describe, expect, it } from 'vitest';
import { type ChartOptions, type ChartSeries, chart } from '../../../src/report/chart.ts';
import { shortened, textWidth } from '../../../src/report/figure.ts';
import { type ScaleKind, scaleOf, type Ticks, ticksOf, ticksWithRoom } from '../../../src/report/scales.ts';
import { problemsOf, textsOf } from './wellFormed.ts';

const OPTIONS: ChartOptions = { title: 'Title', xLabel: 'time, ps', yLabel: 'T, K' };
const COLOR = 'var(--accent, #1F5FA8)';

function line(y: ArrayLike<number>, more: Partial<ChartSeries> = {}): ChartSeries {
  return { label: 'a', x: Array.from({ length: y.length }, (_, i) => i), y, color: COLOR, ...more };
}

/** Vertices of every line, one list per stretch without gap. */
function stretches(svg: string): [number, number][][] {
  const paths = [...svg.matchAll(/<path fill="none" stroke="[^"]*" stroke-width[^>]* d="(M[^"]*)"/g)];
  return paths.flatMap(([, d = '']) =>
    d
      .split('M')
      .slice(1)
      .map((stretch) =>
        stretch
          .replace('Z', '')
          .split('L')
          .map((point) => point.split(',').map(Number) as [number, number]),
      ),
  );
}

/** Where the plot area is. */
function area(svg: string): { left: number; top: number; right: number; bottom: number } {
  const [, x = '', y = '', w = '', h = ''] =
    /<svg x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { left: +x, top: +y, right: +x + +w, bottom: +y + +h };
}

function ticksBetween(kind: ScaleKind, low: number, high: number, count: number): Ticks {
  return ticksOf(scaleOf(kind, [low, high], 0, 300), count);
}

const labels = ({ major }: Ticks): string[] => major.map(({ text }) => text);

describe('ticks', () => {
  it('steps are 1, 2 or 5 times a power of ten', () => {
    for (const [high, count, step] of [
      [10, 5, 2],
      [9, 2, 5],
      [0.07, 4, 0.02],
      [1, 1, 1],
    ] as const) {
      const [first, second] = ticksBetween('linear', 0, high, count).major;
      expect(second!.value - first!.value).toBeCloseTo(step, 12);
    }
  });

  it('linear labels have the digits of the step and exact values', () => {
    const ticks = ticksBetween('linear', 0, 1, 5);
    expect(labels(ticks)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(ticks.major[3]!.value).toBe(0.6);
    expect(ticks.exponent).toBe(0);
    expect(labels(ticksBetween('linear', -1500, 1500, 3))).toEqual(['−1\u202f000', '0', '1\u202f000']);
  });

  it('takes a power of ten out of very small and very large labels', () => {
    const small = ticksBetween('linear', 0, 4e-6, 4);
    expect(small.exponent).toBe(-6);
    expect(labels(small)).toEqual(['0', '1', '2', '3', '4']);
    expect(ticksBetween('linear', 0, 2e7, 4).exponent).toBe(7);
    expect(ticksBetween('linear', 0, 0, 4).exponent).toBe(0);
    const svg = chart([line([1e-6, 3e-6])], { ...OPTIONS, yLabel: 'D, cm²/s' });
    expect(textsOf(svg)).toContain('D, cm²/s (× 10⁻⁶)');
  });

  it('logarithmic: decades with minor ticks, finer below, linear within a factor', () => {
    const wide = ticksBetween('log', 0.1, 1e4, 6);
    expect(labels(wide)).toEqual(['0.1', '1', '10', '100', '1\u202f000', '10\u202f000']);
    expect(wide.minor).toHaveLength(40);
    expect(labels(ticksBetween('log', 1e-9, 1e-5, 6))).toEqual(['10⁻⁹', '10⁻⁸', '10⁻⁷', '10⁻⁶', '10⁻⁵']);
    expect(labels(ticksBetween('log', 1, 10, 6))).toEqual(['1', '2', '5', '10']);
    expect(labels(ticksBetween('log', 1.1, 1.9, 4))).toEqual(['1.2', '1.4', '1.6', '1.8']);
    // More decades than labels: some powers of ten are left out, none is squeezed in.
    const many = ticksBetween('log', 1e-12, 1e6, 6);
    expect(many.major.length).toBeGreaterThanOrEqual(3);
    expect(many.major.length).toBeLessThanOrEqual(10);
    for (const { value } of many.major)
      expect(Math.log10(value)).toBeCloseTo(Math.round(Math.log10(value)), 9);
  });

  it('horizontal labels have room between them', () => {
    const widthOf = (text: string): number => textWidth(text, 11);
    for (const [kind, low, high] of [
      ['linear', 0, 1e6 - 1],
      ['linear', 599.2, 600.4],
      ['log', 300, 1400],
      ['log', 1e-3, 1e5],
      ['log', 2e-9, 3e4],
    ] as const) {
      const scale = scaleOf(kind, [low, high], 40, 340);
      const { major } = ticksWithRoom(scale, widthOf);
      expect(major.length, `${low} … ${high}`).toBeGreaterThan(1);
      for (let i = 1; i < major.length; i++) {
        const [a, b] = [major[i - 1]!, major[i]!];
        const gap = scale(b.value) - scale(a.value) - (widthOf(a.text) + widthOf(b.text)) / 2;
        expect(gap, `${a.text} ${b.text}`).toBeGreaterThanOrEqual(8);
      }
    }
  });

  it('scales put the ends where they belong', () => {
    const log = scaleOf('log', [1, 100], 0, 200);
    expect(log(10)).toBeCloseTo(100, 9);
    expect(Number.isFinite(log(0))).toBe(false);
    expect(Number.isFinite(log(-1))).toBe(false);
  });
});

describe('chart', () => {
  it('is one well-formed image with a text alternative and no id', () => {
    const svg = chart([line([1, 2, 3])], {
      ...OPTIONS,
      note: 'A note.',
      shadedX: { from: 0.5, to: 1.5, label: 'window' },
      lines: [
        { x: 1, label: 'here' },
        { y: 2, label: 'target' },
      ],
    });
    expect(problemsOf(svg)).toEqual([]);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-label="Title\. Horizontal: time, ps, from 0 to 2\.00/,
    );
    expect(svg).not.toMatch(/ id=|<script|href/);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['Title', 'T, K', 'time, ps', 'a', 'window', 'here', 'target', 'A note.']),
    );
  });

  it('names custom properties with fallbacks only', () => {
    const colors = [...chart([line([1, 2])], OPTIONS).matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(
      ([, color]) => color,
    );
    expect(colors.length).toBeGreaterThan(5);
    for (const color of colors) expect(color).toMatch(/^(none|var\(--[\w-]+, #[0-9A-F]{6}\))$/);
  });

  it('draws a line from corner to corner', () => {
    const svg = chart([line([0, 5, 10])], OPTIONS);
    const { left, right, top, bottom } = area(svg);
    const [points] = stretches(svg);
    expect(points!.map(([x]) => x)).toEqual(
      [left, (left + right) / 2, right].map((x) => expect.closeTo(x, 0)),
    );
    expect(points![0]![1]).toBeCloseTo(bottom - 1, 0);
    expect(points![2]![1]).toBeCloseTo(top + 1, 0);
  });

  it('NaN makes a gap, and so does zero on a logarithmic axis', () => {
    expect(stretches(chart([line([1, 2, Number.NaN, 4, 5])], OPTIONS)).map((s) => s.length)).toEqual([2, 2]);
    expect(
      stretches(chart([line([1, 2, 0, -3, 5, 6])], { ...OPTIONS, yScale: 'log' })).map((s) => s.length),
    ).toEqual([2, 2]);
    // x = 0 has no place either.
    expect(stretches(chart([line([1, 2, 3])], { ...OPTIONS, xScale: 'log' })).map((s) => s.length)).toEqual([
      2,
    ]);
    expect(problemsOf(chart([line([Number.NaN, 2, Number.POSITIVE_INFINITY])], OPTIONS))).toEqual([]);
  });

  it('clips what lies outside of given ranges, and writes no huge numbers', () => {
    const svg = chart([line([0, 1e12, 0])], { ...OPTIONS, yRange: [0, 10] });
    expect(svg).toContain('overflow="hidden"');
    for (const number of svg.match(/\d{7,}/g) ?? []) expect(number).toBeUndefined();
    const inRange = chart([line([1, 2, 3, 400])], { ...OPTIONS, xRange: [0, 2] });
    // The axis follows what is inside the range.
    expect(textsOf(inRange)).not.toContain('400');
    expect(textsOf(inRange)).toContain('3.0');
  });

  it('keeps the extremes of long series and stays small', () => {
    const n = 100_000;
    const y = Float64Array.from(
      { length: n },
      (_, i) => Math.sin(i) + (i === 31_415 ? 40 : 0) - (i === 70_000 ? 40 : 0),
    );
    const svg = chart([line(y)], OPTIONS);
    expect(svg.length).toBeLessThan(25_000);
    const ys = stretches(svg)
      .flat()
      .map(([, v]) => v);
    const { top, bottom } = area(svg);
    const height = bottom - top - 2;
    // ±40 of an axis from −50 to 50 (steps of 20 or 50 around it).
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(0.7 * height);
  });

  it('an empty chart says why', () => {
    const svg = chart([line([])], { ...OPTIONS, emptyText: 'Needs three temperatures & patience.' });
    expect(textsOf(svg)).toContain('Needs three temperatures & patience.');
    expect(svg).toContain('aria-label="Title. Needs three temperatures &amp; patience."');
    expect(problemsOf(svg)).toEqual([]);
    expect(textsOf(chart([], OPTIONS))).toContain('Nothing to show yet.');
    expect(problemsOf(chart([line([3])], OPTIONS))).toEqual([]);
    expect(problemsOf(chart([line([0, 0])], OPTIONS))).toEqual([]);
  });

  it('labels of neighbouring line ends do not collide', () => {
    const series = [10, 10.01, 10.02, 3].map((y, i) => line([1, y], { label: `series ${i}` }));
    const svg = chart(series, OPTIONS);
    const places = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>series \d/g)].map(
      ([, x, y]) => [+x!, +y!] as const,
    );
    expect(places).toHaveLength(4);
    const ys = places.map(([, y]) => y).sort((a, b) => a - b);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(12.9);
    for (const [x] of places) expect(x).toBeGreaterThan(area(svg).right);
  });

  it('labels fit the picture', () => {
    const svg = chart([line([1, 2], { label: 'a label that is much too long for the margin' })], OPTIONS);
    const cut = textsOf(svg).find((text) => text.endsWith('…'))!;
    expect(area(svg).right + 8 + textWidth(cut, 11)).toBeLessThan(420);
    expect(shortened('abc', 100, 11)).toBe('abc');
  });

  it('bands become areas, error bars for points, arrows for bounds', () => {
    const band = { low: [0.5, 1.5, 2.5], high: [1.5, 2.5, 3.5] };
    const area = chart([line([1, 2, 3], { band })], OPTIONS);
    expect(area).toMatch(/fill-opacity="0\.16" d="M[^"]+Z"/);
    const points = chart([line([1, 2, 3], { band, points: true })], OPTIONS);
    // A leader from the last point to its label would look like data.
    expect(chart([line([1, 2, 3])], { ...OPTIONS, xRange: [0, 9] })).toContain('stroke-dasharray="1 2"');
    const early = chart([line([1, 2, 3], { points: true })], { ...OPTIONS, xRange: [0, 9] });
    expect(early).not.toContain('stroke-dasharray="1 2"');
    expect(points.match(/<circle/g)).toHaveLength(3);
    expect(points).toMatch(/stroke-opacity="0\.55" d="M[\d. ]+V[\d.]+M/);
    const bound = chart([line([1, 2], { points: true, marker: 'bound' })], { ...OPTIONS, yScale: 'log' });
    expect(bound).not.toContain('<circle');
    expect(bound.match(/h10M/g)).toHaveLength(2);
    // A band down to zero on a logarithmic axis ends below the plot, not nowhere.
    const low = chart([line([1, 2, 3], { band: { low: [0, 0, 0], high: [2, 3, 4] } })], {
      ...OPTIONS,
      yScale: 'log',
    });
    expect(low).toMatch(/fill-opacity="0\.16" d="M[^"]+Z"/);
    expect(problemsOf(area + points + bound + low)).toEqual([]);
  });

  it('a plateau looks like one: the least number of decades', () => {
    const noise = Float64Array.from({ length: 50 }, (_, i) => 0.086 + 1e-4 * Math.sin(i));
    const ys = stretches(chart([line(noise)], { ...OPTIONS, yScale: 'log', leastDecades: 1.5 }))
      .flat()
      .map(([, y]) => y);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(3);
  });

  it('escapes every text', () => {
    const evil = '</text><script>alert(1)</script>"\'&';
    const svg = chart([line([1, 2], { label: evil, color: '"><script>' })], {
      title: evil,
      xLabel: evil,
      yLabel: evil,
      note: evil,
      shadedX: { from: 0, to: 1, label: evil },
      lines: [{ y: 1, label: evil, dash: '"/><script>' }],
    });
    expect(svg).not.toContain('<script');
    expect(problemsOf(svg)).toEqual([]);
    expect(textsOf(svg)[0]).toBe(evil);
    expect(problemsOf(chart([], { ...OPTIONS, emptyText: evil }))).toEqual([]);
  });
});
