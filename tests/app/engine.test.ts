/** The engine in a browser's worker: every kernel compiles there, and a run has the numbers of the same run in Node. */

import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SelftestRequest, SelftestResult } from '../../src/app/protocol.ts';
import { SHADERS } from '../../src/gpu/shaders.ts';
import { readStructure } from '../../src/io/index.ts';
import { launchBrowser, openPage, type ServedApp, serveApp } from '../support/browser.ts';
import { columnOf } from '../support/csv.ts';
import { testGpu } from '../support/gpu.ts';
import { runSpec } from '../support/runs.ts';

let app: ServedApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser, app.url));
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

function selftest(request: SelftestRequest): Promise<SelftestResult> {
  return page.evaluate(
    (asked) => window.halide?.selftest(asked) ?? Promise.resolve({ failed: 'no hook' }),
    request,
  );
}

test('every kernel of shaders/ compiles and runs in the browser', async () => {
  const kernels = [...SHADERS].filter(([, text]) => /\bfn main\b/.test(text)).map(([path]) => path);
  expect(kernels.length).toBeGreaterThan(20);
  expect(await selftest({ what: 'kernels' })).toEqual({ kernels: kernels.sort() });
  expect(complaints).toEqual([]);
});

/**
 * Both on the bundled SwiftShader, Node with Dawn's bounds checks off and the browser with them on: measured identical to the
 * last digit written. Elsewhere rounding differs from the first step on and 400 fs of a disordered crystal let it grow: an
 * f32 rounding of 1e-6 Å by e⁹ at most.
 */
const SAME_DRIVER = { position: 0, energy: 0 };
const OTHER_DRIVER = { position: 1e-2, energy: 5e-2 };

test('200 steps in the page and in Node agree', async () => {
  const structureName = 'structures/li3ycl6-600K.extxyz';
  const spec = {
    title: 'the same run twice',
    structure: structureName,
    potential: 'chlorides-rigid-ion-2026',
    cutoff: 9.5,
    // Named: left to each to measure, the two could differ.
    method: 'ewald',
    velocities: 'file',
    stages: [{ do: 'nvt', temperature: 600, duration: 400, timestep: 2, production: true }],
    record: { trajectory: { every: 50 }, series: { every: 20 } },
  };
  const structure = readFileSync(`public/examples/${structureName}`, 'utf8');
  const there = await selftest({ what: 'run', spec: JSON.stringify(spec), structure, structureName });
  if (!('files' in there)) throw new Error(JSON.stringify(there));
  const here = await runSpec(spec, 'public/examples/spec.json');

  const node = (await testGpu()).adapter;
  const position = largest(
    await finalOf(here.files.get('final.extxyz')),
    await finalOf(there.files['final.extxyz']),
  );
  const energy = Math.max(
    ...['potential_eV', 'kinetic_eV', 'conserved_eV'].map((column) =>
      largest(rowsOf(here.files.get('thermo.csv'), column), rowsOf(there.files['thermo.csv'], column)),
    ),
  );
  console.info(
    `200 steps, browser (${there.adapter.name}) and Node (${node.name}): positions differ by ${position} Å, energies by ${energy} eV`,
  );
  const isSame = node.kind === 'swiftshader' && process.env['HALIDE_BROWSER'] === undefined;
  const limit = isSame ? SAME_DRIVER : OTHER_DRIVER;
  expect(position).toBeLessThanOrEqual(limit.position);
  expect(energy).toBeLessThanOrEqual(limit.energy);
  expect(complaints).toEqual([]);
});

/** Positions of a structure file, Å. */
async function finalOf(text = ''): Promise<Float64Array> {
  return (await readStructure(new Blob([text]), 'final.extxyz')).system.positions;
}

/** A column of thermo.csv. */
function rowsOf(csv = '', column: string): number[] {
  const rows = columnOf(csv, column);
  expect(rows.length).toBe(11);
  return rows;
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}
