/** The page as a user meets it: it loads, draws, runs and stops by the keyboard, opens files and says what is wrong with them. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readStructure } from '../../src/io/index.ts';
import {
  colorCounts,
  dropFile,
  launchBrowser,
  openPage,
  type ServedApp,
  serveApp,
  stateOf,
  textOf,
  waitForState,
} from '../support/browser.ts';

let app: ServedApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser, app.url));
  await waitForState(page, { phase: 'ready' });
});

beforeEach(() => {
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('the default example is shown, with its potential, its weaknesses and the adapter', async () => {
  expect(await page.title()).toContain('Li₃YCl₆');
  expect(await textOf(page, '#potential')).toMatch(/chlorides-rigid-ion-2026.*Known failures\. Li sits/);
  expect(await textOf(page, '#structure')).toContain('480 atoms');
  await page.waitForFunction(() => document.getElementById('top')?.textContent?.includes('SwiftShader'));
  expect(await textOf(page, '#sigma')).not.toMatch(/\d+ mS\/cm/);
});

test('the picture shows ions of every role', async () => {
  const { mobile, metal, anion } = await colorCounts(page, '#canvas-host');
  // Measured on 664 × 632 px: 12 000, 5 000 and 13 000.
  expect(mobile).toBeGreaterThan(2000);
  expect(metal).toBeGreaterThan(800);
  expect(anion).toBeGreaterThan(2000);
});

test('keys run, pause, heat and reset', async () => {
  await page.click('#analyses > summary');
  expect(await page.$$eval('#analysis-choice option', (all) => all.map((one) => one.value))).toEqual([
    'rdf',
    'sites',
  ]);
  await page.keyboard.press('Tab');
  await page.focus('#toggle');
  await page.keyboard.press('Space');
  await waitForState(page, { phase: 'running' });
  await page.waitForFunction(() => Number(document.getElementById('readout-step')?.textContent) > 60, {
    timeout: 120_000,
  });
  // The analysis that is looked at, as it stands.
  await page.waitForSelector('#analyses figure svg', { timeout: 60_000 });
  expect(await textOf(page, '#analyses')).toMatch(/Radial distribution functions/);
  await page.keyboard.press('Space');
  await waitForState(page, { phase: 'paused' });
  const before = await textOf(page, '#readout-step');
  await new Promise((done) => setTimeout(done, 1000));
  expect(await textOf(page, '#readout-step')).toBe(before);

  await page.focus('#kelvin');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() =>
    document.getElementById('kelvin-note')?.textContent?.startsWith('620 K since'),
  );
  expect(await textOf(page, '#kelvin-note')).toContain('displacements count from there');

  await page.focus('#toggle');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (step) => document.getElementById('readout-step')?.textContent !== step,
    {},
    before,
  );
  await page.focus('#reset');
  await page.keyboard.press('Enter');
  await waitForState(page, { phase: 'ready' });
  expect(await textOf(page, '#readout-step')).toBe('0');
  // The slider stays where it was put: it is the bath of the next run.
  expect((await stateOf(page)).kelvin).toBe(620);
});

test('the temperature beyond the validity of the potential is warned of', async () => {
  await page.focus('#kelvin');
  await page.keyboard.press('End');
  await page.waitForFunction(() =>
    document.getElementById('potential')?.textContent?.match(/2\s?000 K is outside 300–700 K/),
  );
});

test('a dropped structure gets a supercell and the potentials that cover it', async () => {
  const text = await readFile('public/examples/structures/LiCl.cif', 'utf8');
  await dropFile(page, 'my LiCl.cif', text);
  await waitForState(page, { phase: 'ready' });
  expect(await textOf(page, '#structure')).toMatch(/LiCl.*4 × 4 × 4 cells/);
  expect(await page.$$eval('#set option', (options) => options.map((option) => option.textContent))).toEqual([
    'licl-fumi-tosi-1964',
    'alkali-halides-joung-cheatham-2008',
    'antiperovskites-rigid-ion-2026',
    'chlorides-rigid-ion-2026',
    'softbv:lambda=0.5,f=0.76',
    // Made to check the engine with, so never first.
    'li3ocl-engine-check',
  ]);
  await page.select('#set', 'chlorides-rigid-ion-2026');
  await page.waitForFunction(() =>
    document.getElementById('potential')?.textContent?.includes('Li sits too often'),
  );
  expect(await textOf(page, '#protocol')).toMatch(/relax.*equilibrate.*produce/);
});

test('a broken file shows its one sentence and is not run', async () => {
  const text = (await readFile('public/examples/structures/LiCl.cif', 'utf8')).replace(
    /_cell_length_a .*/,
    '_cell_length_a 5.1x',
  );
  const sentence = await readStructure(new Blob([text]), 'broken.cif').then(
    () => 'read without complaint',
    (error: Error) => error.message,
  );
  expect(sentence).toContain('broken.cif');
  await dropFile(page, 'broken.cif', text);
  await waitForState(page, { phase: 'refused' });
  expect(await textOf(page, '#failure')).toContain(sentence);
  expect(await page.$eval('#toggle', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
});

test('names from a hostile file stay text', async () => {
  const code = '<img src=x onerror="window.hacked=1"><svg onload="window.hacked=1">';
  const text = [
    '2',
    `Lattice="20 0 0 0 20 0 0 0 20" Properties=species:S:1:pos:R:3 pbc="T T T" title='${code}'`,
    'Li 0 0 0',
    'Cl 2.5 0 0',
    '',
  ].join('\n');
  await dropFile(page, `${code}.extxyz`, text);
  await waitForState(page, { phase: 'ready' });
  await new Promise((done) => setTimeout(done, 500));
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.$$('img, svg[onload]')).toEqual([]);
  expect(await textOf(page, '#top')).toContain('<img src=x');
});

test('recorded files can be had while the run is paused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halide-downloads-'));
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await page.select('#example', 'nacl-crystal-300K');
  await waitForState(page, { phase: 'ready' });
  await page.click('#toggle');
  await page.waitForFunction(() => Number(document.getElementById('readout-step')?.textContent) > 60, {
    timeout: 120_000,
  });
  await page.click('#toggle');
  await waitForState(page, { phase: 'paused' });
  for (const button of await page.$$('.file')) {
    await button.click();
    await new Promise((done) => setTimeout(done, 400));
  }
  const thermo = await readFile(join(folder, 'thermo.csv'), 'utf8');
  expect(thermo.trim().split('\n').length).toBeGreaterThan(1);
  const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as { status: string };
  expect(results.status).toBe('interrupted');
  // Nothing of a trajectory before production: said, not written.
  expect(await readdir(folder)).not.toContain('trajectory.extxyz');
});
