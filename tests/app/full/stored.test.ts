/** Runs that a tab has left in the browser: other adapters, other tabs, no room, too many. */
import { expect, test } from 'vitest';
import {
  appWithRun,
  differences,
  leaveAt,
  OFFER,
  outcomeOf,
  SMALL_RUN,
  startRun,
  storedRuns,
  waitForStep,
} from '../../support/appRuns.ts';
import { openPage, textOf, waitForState } from '../../support/browser.ts';

const given = appWithRun();

test('of a checkpoint that was made on another adapter the page says that the continuation is a statistical one', async () => {
  const { page } = given;
  await leaveAt(page, 100);
  const [left = ''] = await storedRuns(page);
  await page.evaluate(async (id) => {
    const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    const folder = await runs.getDirectoryHandle(id);
    // The one before, where the tab died while it wrote the newest.
    const newest = await folder.getFileHandle('checkpoint.bin').catch(() => null);
    const isWhole = newest !== null && (await newest.getFile()).size > 0;
    const handle = isWhole ? newest : await folder.getFileHandle('checkpoint.previous.bin');
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    const [head, header] = [bytes.indexOf(10), bytes.indexOf(10, bytes.indexOf(10) + 1)];
    const json = JSON.parse(new TextDecoder().decode(bytes.slice(head, header)));
    json.adapter.name = 'Another Adapter';
    const body = await new Blob([JSON.stringify(json), bytes.slice(header)]).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const file = await handle.createWritable();
    await file.write(new Blob([`halide-md checkpoint ${hash}\n`, body]));
    await file.close();
  }, left);
  await page.click(OFFER);
  await page.waitForSelector('#notice-adapter');
  expect(await textOf(page, '#notice-adapter')).toMatch(
    /^This is a statistical continuation, not the same bits: begun on Another Adapter, resumed on .*swiftshader/,
  );
  await waitForState(page, { phase: 'finished' });
});

test('another tab does not touch a run, and offers it when its tab is closed', async () => {
  const { app, browser, page, undisturbed } = given;
  const other = await openPage(browser, app.url);
  await startRun(other.page, SMALL_RUN);
  await waitForStep(other.page, 150);
  await other.page.keyboard.press('Space');
  await waitForState(other.page, { phase: 'paused' });
  await page.bringToFront();
  await page.reload({ waitUntil: 'load' });
  await waitForState(page, { phase: 'ready' });
  expect(await page.$(OFFER)).toBeNull();
  expect(await storedRuns(page)).toHaveLength(1);
  await other.page.close();
  await page.waitForSelector(OFFER);
  await page.click(OFFER);
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  expect(other.complaints).toEqual([]);
});

test('three runs are kept at most, the newest ones, and what is discarded leaves nothing', async () => {
  const { page } = given;
  for (const title of ['first', 'second', 'third', 'fourth']) await leaveAt(page, 1, { ...SMALL_RUN, title });
  const offers = (): Promise<string[]> =>
    page.$$eval(OFFER, (buttons) => buttons.map(({ textContent }) => textContent.split(' ')[1] ?? ''));
  expect(await offers()).toEqual(['fourth', 'third', 'second']);
  expect(await storedRuns(page)).toHaveLength(3);
  for (const title of ['third', 'second', 'fourth']) {
    await page.click(`#unfinished [aria-label="Discard ${title}"]`);
    await page.waitForSelector(`#unfinished [aria-label="Discard ${title}"]`, { hidden: true });
  }
  await expect.poll(() => storedRuns(page), { timeout: 60_000 }).toEqual([]);
});

test('a run that the browser has no more room for goes on in memory, and the page says so', async () => {
  const { app, page, undisturbed } = given;
  await startRun(page, SMALL_RUN);
  await waitForStep(page, 100);
  const session = await page.createCDPSession();
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(app.url).origin, quotaSize: 1 });
  await page.waitForSelector('#notice-storage');
  expect(await textOf(page, '#notice-storage')).toMatch(/no more room for the files of this run: it goes on/);
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
});
