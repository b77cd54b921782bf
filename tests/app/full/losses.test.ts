/** Devices are lost in ways of every kind; the run on the page goes on, or ends with a sentence. */
import { expect, test } from 'vitest';
import {
  appWithRun,
  differences,
  loseDevice,
  outcomeOf,
  SMALL_RUN,
  startRun,
  waitForRecovery,
  waitForStep,
} from '../../support/appRuns.ts';
import { colorCounts, stateOf, textOf, waitForState } from '../../support/browser.ts';

const given = appWithRun();

test('a bath that was set while the run went on is set again, and what counts still counts from there', async () => {
  const { page, complaints } = given;
  await startRun(page, SMALL_RUN);
  await waitForStep(page, 80);
  await page.focus('#kelvin');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() =>
    document.getElementById('kelvin-note')?.textContent?.match(/^310 K since/),
  );
  const counted = await textOf(page, '#kelvin-note');
  const { restarted } = await stateOf(page);
  const time = restarted?.time ?? 0;
  await waitForStep(page, time + 120);
  await loseDevice(page);
  await waitForRecovery(page, time + 1);
  expect(await textOf(page, '#kelvin-note')).toBe(counted);
  await waitForState(page, { phase: 'finished' });
  const after = await stateOf(page);
  expect(after.restarted).toEqual(restarted);
  // Frames are 5 fs apart.
  expect(after.analysis?.since).toBe(5 * Math.floor(time / 5) + 5);
  expect((after.analysis?.since ?? 0) + (after.analysis?.duration ?? 0)).toBe(840);
  const log = (await page.evaluate(() => window.halide?.file('log.txt'))) ?? '';
  expect(log.match(/bath set to/g)).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test('three devices lost at one checkpoint end the run with a sentence that says so, and it can be continued', async () => {
  const { page, complaints } = given;
  const [, produce] = SMALL_RUN.stages;
  const record = { ...SMALL_RUN.record, checkpoint: { every: 100_000 } };
  await startRun(page, { ...SMALL_RUN, stages: [produce], record });
  for (let losses = 1; losses <= 3; losses++) {
    await waitForState(page, { phase: 'running' });
    await loseDevice(page);
    await waitForState(page, { phase: losses < 3 ? 'starting' : 'failed' });
  }
  expect(await textOf(page, '#failure')).toMatch(
    /3 devices in a row were lost after step 0, so no other is tried: .*lost.* can be downloaded/,
  );
  await page.waitForSelector('#unfinished .continue');
  expect(await textOf(page, '#unfinished')).toContain('Continue LiCl 300 K from step 0');
  await page.click('#unfinished .continue');
  await waitForState(page, { phase: 'finished' });
  expect(complaints).toEqual([]);
});

// The last one: three.js complains of what it frees after its context was lost.
test('a run that loses the whole graphics process ends with the files and the plots of one that lost nothing', async () => {
  const { browser, page, complaints, undisturbed } = given;
  await startRun(page, SMALL_RUN);
  await waitForStep(page, 250);
  const session = await browser.target().createCDPSession();
  await session.send('Browser.crashGpuProcess');
  await waitForRecovery(page, 200);
  expect(differences(await outcomeOf(page), undisturbed)).toEqual([]);
  // What draws is another context in the same process: it comes back as well.
  await page.waitForSelector('#canvas-host:not([data-lost])');
  expect((await colorCounts(page, '#canvas-host')).mobile).toBeGreaterThan(1000);
  expect(complaints.splice(0)).toEqual([expect.stringContaining('CONTEXT_LOST_WEBGL')]);
});
