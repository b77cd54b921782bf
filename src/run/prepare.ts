/**
 * From a run specification to systems that the engine can take: structure and potential read, the supercell made, species
 * assigned, and everything refused that would fail later or, worse, run.
 */
import { changeText } from '../build/change.ts';
import { compose } from '../build/compose.ts';
import { isDisordered, type OrderReport, orderSites } from '../build/order.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { checkCutoff } from '../engine/neighborList.ts';
import type { ReplicaSetup } from '../engine/stateBuffers.ts';
import { assignForceField, chargeWarnings, checkNeutral } from '../forcefield/assign.ts';
import { compositionOf } from '../forcefield/composition.ts';
import { type ForceField, withMethod } from '../forcefield/forceField.ts';
import { parsePotential, tableFiles } from '../forcefield/library.ts';
import { namedPotential } from '../forcefield/named.ts';
import { type ByteSource, readStructure } from '../io/index.ts';
import { closestPair } from '../model/distances.ts';
import { supercell } from '../model/supercell.ts';
import { atomName, formula, type Species, type System } from '../model/system.ts';
import { cellWarnings } from './softCells.ts';
import { ends, isDynamic, type RunSpec, replicaGrid, type Stage } from './spec.ts';
import { interactionWarnings, refuseCollapse } from './walls.ts';

/** How a front door reaches the files that a spec names, relative to the spec. */
export interface RunFiles {
  readonly bytes: (path: string) => Promise<ByteSource>;
  readonly text: (path: string) => Promise<string>;
}

/** A potential and the text it came from. */
export interface LoadedPotential {
  readonly forceField: ForceField;
  readonly text: string;
  /** Texts of the table files that it names. */
  readonly tables: ReadonlyMap<string, string>;
  /** Made for the structure, not read from a file: a run keeps it beside the structure. */
  readonly isMade?: boolean;
}

export interface PreparedRun {
  readonly spec: RunSpec;
  readonly potential: LoadedPotential;
  /** The force field with the spec's cutoff and accuracy. */
  readonly forceField: ForceField;
  /** The supercell, species assigned. */
  readonly system: System;
  readonly replicas: readonly ReplicaSetup[];
  /** Labels of the species whose transport is asked for. */
  readonly mobile: readonly string[];
  /** How partly occupied sites were ordered. */
  readonly ordering?: OrderReport;
  readonly warnings: readonly string[];
  /** How sites were ordered and the composition changed: what was asked for and what was reached, a sentence each. */
  readonly built: readonly string[];
}

/** Atoms closer than this are a mistake in the structure, Å: the shortest bond of all, H–H, is 0.74. */
const OVERLAP = 0.6;

/** True for a path (anything with a slash or ending in .json), false for a name in the library. */
export function isPotentialPath(name: string): boolean {
  return name.includes('/') || name.includes('\\') || /\.(json|ya?ml)$/i.test(name);
}

/**
 * A potential by its path, or by its name: a set of the library, `softbv` with its options, or sets joined by `+`.
 * @param system the structure it is for
 */
export async function loadPotential(name: string, files: RunFiles, system: System): Promise<LoadedPotential> {
  if (!isPotentialPath(name)) return { ...namedPotential(name, compositionOf(system)), tables: new Map() };
  const text = await files.text(name);
  const bare = name.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  const tables = new Map<string, string>();
  const folder = name.replace(/[^\\/]*$/, '');
  for (const table of tableFiles(text, name)) {
    const isAbsolute = /^([\\/]|[A-Za-z]:)/.test(table);
    tables.set(table, await files.text(isAbsolute ? table : `${folder}${table}`));
  }
  return { text, forceField: parsePotential(text, name, bare, tables), tables };
}

/** Reads, checks and assigns everything that a run needs. */
export async function prepareRun(spec: RunSpec, files: RunFiles): Promise<PreparedRun> {
  const read = await readStructure(await files.bytes(spec.structure), spec.structure);
  const given = await loadPotential(spec.potential, files, read.system);
  const { system: built, ordering, changes } = builtSystem(spec, read.system, given.forceField);
  // One that is made for a structure is made for what is run.
  const potential = given.isMade ? await loadPotential(spec.potential, files, built) : given;
  const { coulomb } = potential.forceField;
  const forceField: ForceField = {
    ...potential.forceField,
    cutoff: spec.cutoff ?? potential.forceField.cutoff,
    coulomb: {
      ...withMethod(coulomb, spec.method ?? coulomb.method),
      accuracy: spec.accuracy ?? coulomb.accuracy,
    },
  };
  const system = assignForceField(built, forceField);
  checkRunnable(system, forceField);
  refuseCollapse(system, forceField);
  if (spec.velocities === 'file' && !system.velocities) {
    throw new InputError(`${spec.structure}: "velocities": "file" was asked for, but the structure has none`);
  }
  const mobile = mobileSpecies(spec, system);
  checkFrozen(spec, system);
  const first = spec.stages.find(isDynamic);
  const replicas = replicaGrid(spec).map(
    ({ temperature, seed }): ReplicaSetup => ({
      system,
      seed,
      temperature: temperature ?? (first?.temperature === undefined ? 0 : ends(first.temperature)[0]),
    }),
  );
  return {
    spec,
    potential,
    forceField,
    system,
    replicas,
    mobile,
    built: [...(ordering?.notes ?? []), ...changes],
    ...(ordering && { ordering }),
    warnings: [
      ...read.warnings,
      ...chargeWarnings(system, forceField),
      ...validityWarnings(spec, forceField),
      ...cellWarnings(spec, forceField),
      ...(forceField.warnings ?? []),
      ...interactionWarnings(system, forceField),
    ],
  };
}

/** The supercell of a spec; of a disordered structure the first draw of the run's seed, when the spec asks for one. */
function builtSystem(
  { build, seed, supercell: repeats }: RunSpec,
  given: System,
  forceField: ForceField,
): { readonly system: System; readonly ordering?: OrderReport; readonly changes: readonly string[] } {
  const { order, sites, exclude } = build;
  const charges = { ...formalChargesByElement(forceField), ...build.charges };
  const ordered =
    order === null || !isDisordered(given)
      ? undefined
      : orderSites(given, { order, repeats, seed, charges, sites, exclusions: exclude });
  if (!ordered) checkOrdered(given);
  const [draw] = ordered?.draws ?? [];
  const cell = draw?.system ?? supercell(given, repeats);
  const { system, changes } = compose(cell, build, { seed, repeats });
  return { system, changes: changes.map(changeText), ...(ordered && { ordering: ordered.report }) };
}

/** Oxidation states of the elements that a potential has one kind of. */
function formalChargesByElement({ species }: ForceField): Record<string, number> {
  const all = Object.values(species);
  return Object.fromEntries(
    all.flatMap(({ element, charge, formalCharge }) => {
      const formal = formalCharge ?? (Number.isInteger(charge) ? charge : undefined);
      const isOnly = all.filter((other) => other.element === element).length === 1;
      return formal !== undefined && isOnly ? [[element, formal]] : [];
    }),
  );
}

/** Throws for what no run can take: overlaps, a net charge under dsf, a cell too thin for the cutoff. */
export function checkRunnable(system: System, forceField: ForceField): void {
  const pair = closestPair(system, OVERLAP);
  if (pair) {
    throw new InputError(
      `${system.title}: ${atomName(system, pair.i)} and ${atomName(system, pair.j)} overlap: ${pair.distance.toFixed(3)} Å apart`,
    );
  }
  checkNeutral(system, forceField);
  checkCutoff(system.cell, forceField.cutoff, system.title);
}

/** Throws for a structure with partly occupied sites, naming them. */
export function checkOrdered(system: System): void {
  const { occupancies, siteLabels } = system;
  if (!occupancies) return;
  const sites = new Map<string, number>();
  occupancies.forEach((occupancy, i) => {
    if (occupancy < 1) {
      const type = (system.species[system.typeOf[i] as number] as Species).label;
      sites.set(siteLabels?.[i] ?? type, occupancy);
    }
  });
  if (sites.size === 0) return;
  const named = [...sites]
    .slice(0, 6)
    .map(([label, occupancy]) => `${label} (${Number(occupancy.toFixed(4))})`);
  const more = sites.size > 6 ? ` and ${sites.size - 6} more` : '';
  throw new InputError(
    `${system.title}: ${formula(system)} has partly occupied sites: ${named.join(', ')}${more}. ` +
      'Every site must be full or empty: order them with "build": { "order": "ewald" } in a run specification, ' +
      'or make an ordered cell with `halide-md build --order ewald`',
  );
}

/** Labels of the species that a stage freezes, named by label or element. */
export function frozenLabels({ frozen }: Pick<Stage, 'frozen'>, { species }: System): string[] {
  return species
    .filter(({ label, element }) => frozen.includes(label) || frozen.includes(element))
    .map(({ label }) => label);
}

/** Throws for a stage that freezes what is not there, or everything. */
function checkFrozen({ stages }: RunSpec, system: System): void {
  const names = system.species.flatMap(({ label, element }) => [label, element]);
  stages.forEach((stage, i) => {
    const unknown = stage.frozen.find((one) => !names.includes(one));
    if (unknown !== undefined) {
      throw new InputError(
        `stages[${i}].frozen: no species is called "${unknown}"${suggestion(unknown, [...new Set(names)])}`,
      );
    }
    if (
      system.typeOf.every((type) =>
        frozenLabels(stage, system).includes((system.species[type] as Species).label),
      )
    ) {
      throw new InputError(`stages[${i}].frozen: every atom would stand still`);
    }
  });
}

/** The species named by the spec, else every cation of formal charge +1. */
function mobileSpecies(spec: RunSpec, system: System): string[] {
  const labels = system.species.map(({ label }) => label);
  if (spec.mobile !== null) {
    const byElement = system.species
      .filter(({ element }) => element === spec.mobile)
      .map(({ label }) => label);
    const found = labels.includes(spec.mobile) ? [spec.mobile] : byElement;
    if (found.length === 0) {
      throw new InputError(`mobile: no species is called "${spec.mobile}"${suggestion(spec.mobile, labels)}`);
    }
    return found;
  }
  const single = system.species.filter(({ formalCharge, charge }) => (formalCharge ?? charge) === 1);
  return single.length > 0 ? single.map(({ label }) => label) : labels.slice(0, 1);
}

/** One sentence for every temperature of a run that its force field is not valid for. */
export function validityWarnings(spec: RunSpec, forceField: ForceField): string[] {
  const range = forceField.validTemperature;
  if (!range) return [];
  const temperatures = new Set(
    spec.replicas.temperature ??
      spec.stages.flatMap((s) => (isDynamic(s) && s.temperature ? ends(s.temperature) : [])),
  );
  return [...temperatures]
    .filter((kelvin) => kelvin < range[0] || kelvin > range[1])
    .map(
      (kelvin) => `${kelvin} K is outside ${range[0]}–${range[1]} K, for which ${forceField.name} is valid`,
    );
}
