import { describe, expect, it } from 'vitest';
import { bounded, resolved, unresolved } from '../../../src/analysis/estimate.ts';
import { DYNAMICS } from '../../../src/engine/integrators.ts';
import { rowChart, runningMean } from '../../../src/report/coursePlots.ts';
import { bibliography, doiLink } from '../../../src/report/references.ts';
import { renderAnalysis, renderReport } from '../../../src/report/report.ts';
import { ruler } from '../../../src/report/ruler.ts';
import type { ReportWriter } from '../../../src/run/run.ts';
import { type SampleOptions, sampleRun } from '../../support/sampleRun.ts';
import { plain, problemsOf, textsOf } from './wellFormed.ts';

// The run floor hands its own types over; this line fails to compile when they no longer fit.
const writer: ReportWriter = renderReport;

function report(options: SampleOptions = {}): {
  page: string;
  text: string;
  files: Readonly<Record<string, string>>;
  results: ReturnType<typeof sampleRun>['outcome']['results'];
} {
  const { prepared, outcome } = sampleRun(options);
  const files = writer(prepared, outcome, DYNAMICS);
  const page = files['report.html']!;
  return { page, text: plain(page), files, results: outcome.results };
}

/** What holds for every report. (Texts of the page are not handed to `expect`: a failure would print them whole.) */
function expectSound(page: string): void {
  expect(problemsOf(page)).toEqual([]);
  const tags = page.replace(/<style>[\s\S]*?<\/style>/g, '').match(/<[a-zA-Z][^>]*>/g) ?? [];
  const names = new Set(tags.map((tag) => /^<([\w-]+)/.exec(tag)![1]!));
  for (const name of [
    'script',
    'img',
    'iframe',
    'object',
    'embed',
    'base',
    'video',
    'audio',
    'source',
    'image',
  ]) {
    expect(names.has(name), name).toBe(false);
  }
  // Addresses appear in links and in the name of the SVG dialect, never where something is loaded from.
  for (const tag of tags) {
    expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\s(on\w+|src|srcset|action|poster|data|xlink:href)=/);
    const to = /\shref="([^"]*)"/.exec(tag)?.[1];
    if (to !== undefined) expect(to).toMatch(/^(#[\w-]+|data:,|https:\/\/doi\.org\/10\.[^"]+)$/);
    if (/https?:/.test(tag))
      expect(tag).toMatch(/^<(a href="https:|svg xmlns="http:\/\/www\.w3\.org\/2000\/svg")/);
  }
  expect(/@import|url\((?!#)/.test(page)).toBe(false);
  expect(page.includes(`content="default-src 'none';style-src 'unsafe-inline';img-src data:"`)).toBe(true);
  expect(page.startsWith('<!doctype html>')).toBe(true);
  // No two elements share an id, and every link inside the page leads somewhere.
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, to] of page.matchAll(/<a href="#([^"]+)"/g)) expect(ids).toContain(to);
}

/** Asserts that a text has all of these parts, naming the first that is missing. */
function expectParts(text: string, parts: readonly string[]): void {
  expect(parts.filter((part) => !text.includes(part))).toEqual([]);
}

describe('a diffusive run', () => {
  const { page, text, results } = report({ frames: 1500, rate: () => 0.05, warnings: ['600 K is <hot>'] });

  it('is one sound, self-contained page', () => {
    expectSound(page);
    expect(page.length).toBeLessThan(400_000);
  });

  it('says the number first, with interval and verdict', () => {
    const { collective, nernstEinstein } = results.conductivity!;
    expect(nernstEinstein.value).not.toBeNull();
    const best = collective.value === null ? nernstEinstein : collective;
    const head = text.slice(0, text.indexOf('Results'));
    expect(head).toContain('Ionic conductivity at 600 K');
    expect(head).toContain('Diffusive');
    const shown = Number(/answer">([\d.\s\u202f]+)/.exec(page)![1]!.replace(/\s/g, ''));
    expect(shown / (1000 * best.value!)).toBeCloseTo(1, 1);
    expect(head).toMatch(/95 % interval [\d.\u202f]+–[\d.\u202f]+ mS\/cm/);
    expect(head).toContain('knows nothing of errors of the model');
    expect(head).toMatch(/Li⁺ diffuses: on average each ion made about \d+ hops/);
  });

  it('tells which conductivity it is', () => {
    const isCollective = results.conductivity!.collective.value !== null;
    expectParts(text, [
      isCollective ? 'This is the collective conductivity' : 'This is the Nernst–Einstein conductivity',
    ]);
  });

  it('shows warnings on top, escaped', () => {
    expect(page.indexOf('600 K is &lt;hot&gt;')).toBeGreaterThan(0);
    expect(page.indexOf('600 K is &lt;hot&gt;')).toBeLessThan(page.indexOf('Ionic conductivity'));
  });

  it('has the curves, with units', () => {
    for (const title of [
      'Mean squared displacement',
      'Does D depend on where the fit starts?',
      'Charge displacement of the cell',
      'Directions of Li⁺',
      'Temperature',
      'Potential energy',
      'Drift of the conserved energy',
      'Pressure',
    ]) {
      expectParts(page, [`>${title}</text>`]);
    }
    for (const label of ['MSD, Å²', 'lag, ps', 'T, K', 'GPa', 'eV per atom', 'time, ps'])
      expectParts(page, [`>${label}</text>`]);
    // Fit window and stages are marked.
    expect(textsOf(page).some((label) => /^fit .* [fp]s – .* ps$/.test(label))).toBe(true);
    expect(textsOf(page)).toEqual(expect.arrayContaining(['equilibrate', 'produce', '600 K']));
  });

  it('tells what was done', () => {
    expectParts(text, [
      '48 atoms of LiYCl₄ (8 Li⁺, 8 Y³⁺, 32 Cl⁻)',
      'structures/li3ycl6.cif',
      'chlorides-test',
      'buckingham',
      'α = 0.3215 Å⁻¹ and 1\u202f234 wave vectors',
      'Conductivities use the formal charges (Li +1, Y +3, Cl −1 e)',
      'FIRE',
      'stochastic velocity rescaling (CSVR)',
      'relaxation time τ = 100 fs, timestep 2 fs, production',
      'B A F B V C',
      'with B = half kick, A = drift, F = forces',
      'The seed of the random numbers is 1.',
      'generalised least squares',
    ]);
    expect(
      /taken relative to the (centre of mass|mean displacement of the framework \(Y³⁺ and Cl⁻\))/.test(text),
    ).toBe(true);
    expect(/The line was fitted for Li⁺ from [\d.]+ [fp]s to [\d.]+ ps/.test(text)).toBe(true);
  });

  it('shows the potential with its weakness and errors', () => {
    for (const part of [
      'Tests of the report.',
      '(300–700 K)',
      'What it gets wrong',
      'It is not a potential.',
      '+0.2 %',
      'fitted',
    ])
      expectParts(text, [part]);
  });

  it('names versions, adapter, hashes and sources', () => {
    for (const part of [
      'halide-md 0.1.0, commit abcdef012345',
      'SwiftShader Device',
      'software: swiftshader',
      '1'.repeat(64),
      '3'.repeat(64),
    ])
      expectParts(text, [part]);
    expectParts(page, ['href="https://doi.org/10.1063/1.2408420"']);
    expectParts(page, ['href="https://doi.org/10.1234/test.1"']);
    expect(/@article\{bussi2007,/.test(text)).toBe(true);
    expectParts(text, ['doi = {10.1038/s41524-018-0074-y}']);
  });
});

describe('other ends', () => {
  it('not diffusing: a bound and why', () => {
    const { page, text } = report({ rate: () => 0 });
    expectSound(page);
    expect(/class="answer">&lt; [\d.]+ <small>mS\/cm/.test(page)).toBe(true);
    expectParts(text, ['Not diffusing']);
    expectParts(text, ['upper bound, 95 % confidence']);
    expectParts(text, ['No number can be given, but an upper bound.']);
    expectParts(text, ['stays in place, as a framework should']);
  });

  it('too short: says what is missing', () => {
    const { page, text } = report({ frames: 6 });
    expectSound(page);
    expectParts(text, ['Too short']);
    expectParts(text, ['No number from this run']);
    expect(/at least 40 are needed/.test(text)).toBe(true);
    expectParts(text, ['Too few lags to compare fits.']);
  });

  it('interrupted: said first, with what there is', () => {
    const { page, text } = report({
      frames: 600,
      status: 'interrupted',
      why: 'stopped by the user in stage produce',
    });
    expectSound(page);
    const banner = text.indexOf('The run was interrupted: stopped by the user in stage produce.');
    expect(banner).toBeGreaterThan(0);
    expect(banner).toBeLessThan(text.indexOf('Ionic conductivity'));
    expectParts(text, ['Mean squared displacement']);
  });

  it('failed before production: says so and shows the course', () => {
    const { page, text } = report({
      unproductive: true,
      status: 'failed',
      why: 'step 1200: the energy is not a number',
    });
    expectSound(page);
    expectParts(text, ['The run failed: step 1200: the energy is not a number.']);
    expectParts(text, ['Production was not reached.']);
    expectParts(text, ['(not reached)']);
    expectParts(text, ['Initial state.']);
    expectParts(page, ['>Temperature</text>']);
  });

  it('two replicas: pooled and one by one', () => {
    const { page, text } = report({ seeds: [3, 7], frames: 800 });
    expectSound(page);
    expectParts(text, ['2 replicas']);
    expectParts(text, ['Replica by replica']);
    expectParts(text, ['with the seeds 3 and 7 ran side by side']);
    expect(textsOf(page)).toEqual(expect.arrayContaining(['seed 3', 'seed 7', 'together']));
    expectParts(text, ['800 frames per replica']);
  });

  it('several temperatures: a table, a figure, a section each', () => {
    const { page, text } = report({
      title: 'LiYCl4, Arrhenius',
      temperatures: [500, 700],
      frames: 800,
      rate: (r) => [0, 0.05][r]!,
    });
    expectSound(page);
    expectParts(text, ['LiYCl₄, Arrhenius']);
    expectParts(text, ['Ionic conductivity at 500 and 700 K']);
    expectParts(text, ['1 of 2 temperatures gave a value.']);
    expectParts(page, ['<h2>500 K</h2>']);
    expectParts(page, ['<h2>700 K</h2>']);
    expectParts(page, ['>Conductivity against temperature</text>']);
  });

  it('more temperatures than a page holds: sections end, the table does not', () => {
    const temperatures = Array.from({ length: 14 }, (_, i) => 300 + 10 * i);
    const { page, text } = report({ temperatures, frames: 10 });
    expectSound(page);
    expect(page.match(/<h2>\d+ K<\/h2>/g)).toHaveLength(12);
    expectParts(text, ['430 K']);
    expect(page.length).toBeLessThan(1_000_000);
  });
});

describe('hostile texts', () => {
  const evil = '</title></style><script>alert(1)</script><img src=x onerror="alert(2)">\'&amp;';

  it('a title and a reason show and do not run', () => {
    const { page, text } = report({
      frames: 60,
      title: evil,
      status: 'interrupted',
      why: evil,
      warnings: [evil],
    });
    expectSound(page);
    expect(text.split(evil).length - 1).toBeGreaterThanOrEqual(4);
  });

  it('so do the texts of a potential and the names of species', () => {
    const { prepared, outcome } = sampleRun({ frames: 60 });
    const { forceField, system } = prepared;
    const field = {
      ...forceField,
      name: evil,
      description: evil,
      validFor: evil,
      knownFailures: evil,
      citation: [
        { text: evil, doi: `10.1234/"><script>alert(3)</script>` },
        { text: 'x', doi: 'javascript:alert(4)' },
      ],
      measured: [{ system: evil, quantity: evil, value: 1, reference: 0, unit: evil, note: evil }],
    };
    const species = system.species.map((one) => ({ ...one, label: one.label + evil }));
    const files = renderReport(
      { ...prepared, forceField: field, system: { ...system, title: evil, species }, mobile: [`Li${evil}`] },
      { ...outcome, final: [], provenance: { ...outcome.provenance, platform: evil, commit: evil } },
      DYNAMICS,
    );
    for (const [name, text] of Object.entries(files)) {
      // BibTeX is no page: nothing in it is run.
      if (name.endsWith('.bib')) continue;
      expect(problemsOf(text)).toEqual([]);
      expect(/<script|<img|href="javascript/.test(text)).toBe(false);
    }
  });
});

describe('renderAnalysis', () => {
  it('reports a trajectory of any program', () => {
    const { prepared, outcome } = sampleRun({ frames: 900 });
    const files = renderAnalysis('md/<dump>.lammpstrj', prepared.system, outcome.pooled[0]!.analysis, {});
    expect(Object.keys(files)).toContain('plots/msd.svg');
    const page = files['report.html']!;
    expectSound(page);
    const text = plain(page);
    expectParts(text, ['md/<dump>.lammpstrj']);
    expectParts(text, ['900 frames']);
    expectParts(text, ['generalised least squares']);
    expect(text.includes('Provenance')).toBe(false);
  });
});

describe('plots as files', () => {
  it('every figure of the page, each complete by itself', () => {
    const { page, files } = report({ seeds: [3, 7], frames: 800 });
    const { 'report.html': _, 'references.bib': bib, ...plots } = files;
    expect(bib).toMatch(/@article\{calandrini2011,/);
    expect(Object.keys(plots).sort()).toEqual(
      [
        ...['structure', 'conductivity', 'msd', 'diffusion_start', 'collective', 'directions', 'replicas'],
        ...['temperature', 'potential_energy', 'conserved_energy', 'pressure'],
      ]
        .map((name) => `plots/${name}.svg`)
        .sort(),
    );
    expect(page.match(/<figure/g)).toHaveLength(Object.keys(plots).length);
    for (const [name, svg] of Object.entries(plots)) {
      expect(problemsOf(svg), name).toEqual([]);
      expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'), name).toBe(true);
      expect(/var\(|class=|href="(?!#)/.test(svg), name).toBe(false);
    }
  });

  it('several temperatures: a file each, named as the tables are', () => {
    const { files } = report({ temperatures: [500, 700], frames: 60 });
    for (const name of ['msd.500K', 'msd.700K', 'temperature.700K', 'conductivity_temperature']) {
      expect(Object.keys(files)).toContain(`plots/${name}.svg`);
    }
  });
});

describe('pieces', () => {
  it('numbers sources in the order of their mention', () => {
    const books = bibliography();
    const own = { text: 'A {file}\\s own' };
    expect(books.cite('ewald1921', own).markup).toBe(
      '<span class="cite"> [<a href="#ref-1">1</a>, <a href="#ref-2">2</a>]</span>',
    );
    expect(books.cite(own, 'he2018').markup).toContain('#ref-3');
    expect(books.list().markup.match(/<li/g)).toHaveLength(3);
    expect(books.bibtex()).toContain('note = {A files own}');
    expect(doiLink('javascript:alert(1)').markup).toBe('javascript:alert(1)');
  });

  it('a running mean keeps a line and the number of values', () => {
    expect(runningMean([1, 1, 1, 1], 3)).toEqual([1, 1, 1, 1]);
    expect(runningMean([0, 3, 0], 3)).toEqual([1.5, 1, 1.5]);
    expect(runningMean([], 5)).toEqual([]);
  });

  it('a stage shorter than the smoothing keeps its course', () => {
    const { outcome } = sampleRun({ frames: 6 });
    const [first] = outcome.thermo[0]!;
    const rows = Array.from({ length: 40 }, (_, i) => ({ ...first!, time: 10 * i, step: 10 * i }));
    const svg = rowChart([{ label: '', rows, color: 'red' }], [{ name: 'heat', do: 'nvt' }], {
      title: 'T',
      yLabel: 'K',
      value: ({ step }) => step,
    });
    const [, d = ''] = /stroke-width="1\.8"[^>]* d="([^"]*)"/.exec(svg)!;
    const ys = [...d.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(80);
  });

  it('a ruler shows values, bounds and what is not resolved', () => {
    const rows = [
      { label: 'a', estimate: resolved(0.3, [0.2, 0.5], 'S/cm'), color: 'red' },
      { label: 'b', estimate: bounded(0.4, 'S/cm', 'why'), color: 'red' },
      { label: 'c <x>', estimate: unresolved('S/cm', 'why'), color: 'red' },
    ];
    const svg = ruler(rows, { title: 'Conductivity', unit: 'mS/cm', factor: 1000 });
    expect(problemsOf(svg)).toEqual([]);
    expect(svg).toContain(
      'aria-label="Conductivity, mS/cm. a: 300, 95 % interval 200–500; b: &lt; 400; c &lt;x&gt;: not resolved."',
    );
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(textsOf(svg)).toContain('not resolved');
    expect(ruler(rows.slice(2), { title: 't', unit: '', factor: 1 })).toBe('');
  });
});

it('says how the structure was made', () => {
  const { text, page } = report({
    prepared: { built: ['Y → Zr: 12 of 48 (0.25)', 'Li: 12 vacancies <pay>'] },
  });
  expectSound(page);
  expectParts(text, ['Y → Zr: 12 of 48 (0.25).', 'Li: 12 vacancies <pay>.']);
});
