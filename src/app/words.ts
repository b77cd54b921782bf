/** Sentences of the page that depend on its state. */
import { counted, formatCount, formatFixed, formatPlain } from '../report/format.ts';
import type { AppState, Phase } from './appState.ts';
import type { NoGpuReason, OpenedRun, PotentialView, StageView } from './protocol.ts';

const WHO_HAS_IT = 'Chrome and Edge have it from version 113, Safari from 26, Firefox from 141.';

/** Why nothing can be computed here, and what would help. */
export function noGpuSentence(reason: NoGpuReason): { readonly title: string; readonly text: string } {
  const still =
    'Structures can still be opened and looked at; on the command line, halide-md runs without a browser.';
  switch (reason.is) {
    case 'noApi':
      return {
        title: 'This browser has no WebGPU, so nothing can be computed here.',
        text: `${WHO_HAS_IT} ${still}`,
      };
    case 'insecure':
      return {
        title: 'WebGPU needs a secure address, so nothing can be computed here.',
        text: `Open the page by https or from localhost. ${still}`,
      };
    case 'noAdapter':
      return {
        title: 'The browser knows WebGPU but offers no graphics adapter, so nothing can be computed here.',
        text: `Its driver may be missing or blocked (chrome://gpu says why), or hardware acceleration is switched off. ${still}`,
      };
    case 'refused':
      return {
        title: 'The graphics adapter refused, so nothing can be computed here.',
        text: `${reason.sentence}. ${still}`,
      };
  }
}

/** Short word on the state, for the chip beside the title. */
export function phaseWord({ phase, pausing, progress, run, adapter }: AppState): string {
  if (phase === 'ready' && adapter.kind === 'none') return 'To look at only';
  if (phase === 'running' && pausing) return 'Pausing';
  if (phase === 'running' && progress && run) {
    const stage = run.stages[progress.stageIndex];
    if (stage?.production) return 'Producing';
    return stage?.do === 'minimize' ? 'Relaxing' : 'Settling';
  }
  return PHASE_WORDS[phase];
}

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  empty: 'Nothing open',
  opening: 'Opening',
  refused: 'Cannot run',
  ready: 'Ready',
  starting: 'Compiling',
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  failed: 'Stopped',
};

/** A temperature that the potential is not valid for; undefined inside. */
export function outsideValidity(
  { name, validTemperature }: PotentialView,
  kelvin: number,
): string | undefined {
  if (!validTemperature || (kelvin >= validTemperature[0] && kelvin <= validTemperature[1])) return undefined;
  return `${formatPlain(kelvin)} K is outside ${validTemperature[0]}–${validTemperature[1]} K, for which ${name} is valid.`;
}

/** What moving the temperature slider does now. */
export function bathSentence({ run, phase, progress, restarted }: AppState): string {
  if (!run) return '';
  const { bath, stages } = run;
  if (bath.locked) return 'This run has several temperatures; they stay as they are.';
  const active = phase === 'running' || phase === 'paused' || phase === 'starting';
  if (bath.constantEnergy) {
    const now = stages[progress?.stageIndex ?? 0];
    return active && now?.do === 'nve'
      ? 'Production is at constant energy: there is no bath to set.'
      : 'Heats the stages before production, which is at constant energy.';
  }
  if (!active) return 'Sets the bath of the next run.';
  const stage = stages[progress?.stageIndex ?? 0];
  const first = stages.find(({ kelvin }) => kelvin === bath.kelvin);
  if (first && stage?.kelvin !== bath.kelvin) {
    return stage?.do === 'minimize'
      ? `Counts from stage ${first.name} on.`
      : `Stage ${stage?.name} has its own temperature; this one counts from ${first.name} on.`;
  }
  if (restarted) {
    return `${formatPlain(restarted.kelvin)} K since ${picoseconds(restarted.time)}; displacements count from there.`;
  }
  return 'Acts on the running bath; displacements are then counted afresh.';
}

/** `12.35 ps` */
export function picoseconds(femtoseconds: number): string {
  const ps = femtoseconds / 1000;
  return `${formatFixed(ps, ps < 100 ? 2 : 1)} ps`;
}

/** `NVT 600 K, 12 ps in steps of 2 fs` */
export function stageSentence(stage: StageView, kelvin: number | null): string {
  if (stage.do === 'minimize') return `forces to rest, ${CELL_WORDS[stage.cell]}${pressureWords(stage)}`;
  const held = kelvin === null || stage.do === 'nve' ? '' : ` ${formatPlain(kelvin)} K`;
  const bath = stage.ramp ? ` ${stage.ramp.map((one) => formatPlain(one)).join(' → ')} K` : held;
  const cell = stage.do === 'npt' ? `${pressureWords(stage)}, ${CELL_WORDS[stage.cell]}` : '';
  return `${stage.do.toUpperCase()}${bath}${cell}, ${formatPlain((stage.duration ?? 0) / 1000)} ps by ${formatPlain(stage.timestep ?? 0)} fs`;
}

const CELL_WORDS = {
  fixed: 'cell fixed',
  iso: 'cell free in size',
  aniso: 'edges free',
  full: 'cell free',
} as const;

function pressureWords({ pressure }: StageView): string {
  if (!pressure) return '';
  return ` at ${[...new Set(pressure)].map((one) => formatPlain(one)).join(' → ')} GPa`;
}

/** `480 atoms · 2 × 2 × 4 cells` */
export function sizeSentence({ nAtoms, replicas, supercell }: OpenedRun): string {
  const cells = supercell.join(' × ');
  return [
    counted(nAtoms, 'atom'),
    ...(cells === '1 × 1 × 1' ? [] : [`${cells} cells`]),
    ...(replicas > 1 ? [`${formatCount(replicas)} replicas together`] : []),
  ].join(' · ');
}

/** For screen readers and the tooltip of the big button. */
export function whyNotRun({ adapter, phase, failure }: AppState): string | undefined {
  if (phase === 'refused') return failure?.sentence;
  if (phase === 'empty') return 'Open an example or a structure file first.';
  if (adapter.kind === 'none') return noGpuSentence(adapter.reason).title;
  return undefined;
}
