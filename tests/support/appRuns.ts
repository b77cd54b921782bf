/** Runs on the page: one small enough for a software adapter, begun and followed through the page's hook. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser, openPage, type ServedApp, serveApp, waitForState } from './browser.ts';

/** 64 ions, two stages of which the second counts; nothing is left to a clock. */
export const SMALL_RUN = {
  title: 'LiCl 300 K',
  structure: 'structures/LiCl.cif',
  supercell: [2, 2, 2],
  potential: 'licl-fumi-tosi-1964',
  cutoff: 5,
  method: 'ewald',
  stages: [
    { name: 'warm', do: 'nvt', thermostat: 'langevin', temperature: 300, duration: 40, timestep: 1 },
    { name: 'produce', do: 'nvt', temperature: 300, duration: 800, timestep: 1, production: true },
  ],
  record: { trajectory: { every: 5 }, series: { every: 5 }, checkpoint: { every: 40 } },
};

/** What the tests of a file share. */
export interface AppWithRun {
  readonly app: ServedApp;
  readonly browser: Browser;
  readonly page: Page;
  /** Errors of the page since it was opened; a test that expects some takes them out. */
  readonly complaints: string[];
  /** Of SMALL_RUN, when nothing disturbs it. */
  readonly undisturbed: ReadonlyMap<string, string | null>;
}

/** The app on a page that has come to the end of SMALL_RUN once; complaints of a test fail the next one. */
export function appWithRun(): AppWithRun {
  const given = {} as { -readonly [K in keyof AppWithRun]: AppWithRun[K] };
  beforeAll(async () => {
    given.app = await serveApp();
    given.browser = await launchBrowser();
    Object.assign(given, await openPage(given.browser, given.app.url));
    await waitForState(given.page, { phase: 'ready' });
    await startRun(given.page, SMALL_RUN);
    given.undisturbed = await outcomeOf(given.page);
  });
  beforeEach(() => {
    expect(given.complaints).toEqual([]);
  });
  afterAll(async () => {
    await given.browser?.close();
    await given.app?.close();
  });
  return given;
}

/** Opens a specification and starts it. */
export async function startRun(page: Page, spec: object): Promise<void> {
  await page.evaluate((text) => window.halide?.open(text), JSON.stringify(spec));
  await waitForState(page, { phase: 'ready' });
  await page.click('#toggle');
  await waitForState(page, { phase: 'running' });
}

/** Waits until the run has taken so many steps. */
export async function waitForStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const state = window.halide?.state() as { phase: string; progress: { totalStep: number } | null };
      if (state.phase === 'failed' || state.phase === 'finished')
        throw new Error(`the run is ${state.phase}`);
      return state.phase === 'running' && (state.progress?.totalStep ?? 0) >= wanted;
    },
    { polling: 20, timeout: 120_000 },
    step,
  );
}

/** Files of a run that has come to its end, and what the page shows of it: rows in the plots, the last analysis. */
export async function outcomeOf(page: Page): Promise<ReadonlyMap<string, string | null>> {
  await waitForState(page, { phase: 'finished' });
  const found = new Map<string, string | null>();
  for (const name of FILES) {
    found.set(name, await page.evaluate((file) => window.halide?.file(file) ?? null, name));
  }
  const shown = await page.evaluate(() => {
    const state = window.halide?.state() as {
      series: { column: (name: string) => Float64Array };
      analysis: object;
    };
    const columns = ['step', 'stage', 'temperature', 'conserved'];
    return JSON.stringify([...columns.map((name) => [...state.series.column(name)]), state.analysis]);
  });
  return found.set('plots and answer', shown);
}

const FILES = ['trajectory.extxyz', 'thermo.csv', 'final.extxyz', 'results.json', 'msd.csv'];

/** Names of what differs between two outcomes. */
export function differences(
  found: ReadonlyMap<string, string | null>,
  expected: ReadonlyMap<string, string | null>,
): string[] {
  return [...expected].flatMap(([name, text]) => (text !== null && found.get(name) === text ? [] : [name]));
}

/** The device in use is destroyed under the engine. */
export function loseDevice(page: Page): Promise<object | undefined> {
  return page.evaluate(() => window.halide?.selftest({ what: 'loseDevice' }));
}

/** Waits until the page says that a run whose device was lost went on from this step or a later one. */
export async function waitForRecovery(page: Page, least: number): Promise<void> {
  await page.waitForFunction(
    (step) => {
      const said = document.getElementById('notice-device')?.textContent ?? '';
      // Thousands are set apart.
      const found = /from step ([\d\s]+)/.exec(said)?.[1]?.replace(/\s/g, '');
      return Number(found ?? -1) >= step;
    },
    { polling: 50, timeout: 120_000 },
    least,
  );
}

/** What continues a run of an earlier visit. */
export const OFFER = '#unfinished:not([hidden]) .continue';

/** Begins a run and leaves it at this step or soon after: the page is loaded anew. */
export async function leaveAt(page: Page, step: number, spec: object = SMALL_RUN): Promise<void> {
  await startRun(page, spec);
  await waitForStep(page, step);
  await page.reload({ waitUntil: 'load' });
  await page.waitForSelector(OFFER);
}

/** Folders of runs in the browser's private files. */
export function storedRuns(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    const ids: string[] = [];
    for await (const id of runs.keys()) ids.push(id);
    return ids;
  });
}
