/**
 * File formats: the one list of them, and the four things that the rest of the project does with files. To add a
 * format, write its file and one entry of FORMATS.
 */
import { InputError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { parseCif } from './cif.ts';
import { writeCif } from './cifWrite.ts';
import { systemOfCif } from './crystal.ts';
import { type DcdFrame, looksLikeDcd, parseDcd } from './dcd.ts';
import { atomsOfDcd, type DcdAtoms, frameOfDcd } from './dcdFrames.ts';
import { type BinaryTrajectoryWriter, dcdWriter } from './dcdWrite.ts';
import { atomsOfDump, type DumpAtoms, frameOfDump } from './dumpFrames.ts';
import { type ExtxyzFrame, looksLikeExtxyz, parseExtxyz, writeExtxyz } from './extxyz.ts';
import { frameOfExtxyz, isUnwrapped, systemOfExtxyz } from './extxyzFrames.ts';
import { systemOfLammpsData } from './lammpsAtoms.ts';
import { looksLikeLammpsData, parseLammpsData } from './lammpsData.ts';
import { type DumpFrame, looksLikeLammpsDump, parseLammpsDump } from './lammpsDump.ts';
import { writeLammpsData, writeLammpsDump } from './lammpsWrite.ts';
import { locatedAsync } from './location.ts';
import { unitWarnings } from './plausible.ts';
import { looksLikePoscar, parsePoscar, systemOfPoscar, writePoscar } from './poscar.ts';
import { type ByteSource, readHead, readText } from './source.ts';
import {
  lastStructure,
  ofLines,
  openTrajectoryFile,
  type TrajectoryFile,
  type TrajectoryOptions,
  type TrajectoryReader,
} from './trajectoryFile.ts';
import {
  atomsOfXdatcar,
  frameOfXdatcar,
  looksLikeXdatcar,
  parseXdatcar,
  type XdatcarAtoms,
  type XdatcarFrame,
} from './xdatcar.ts';

export type { BinaryTrajectoryWriter } from './dcdWrite.ts';
export { type ByteSource, piecesOf, readText } from './source.ts';
export type { TrajectoryFile, TrajectoryOptions } from './trajectoryFile.ts';

export interface ReadOptions {
  /** Names of numbered atom types (LAMMPS) or of groups of atoms (VASP 4), in order. */
  readonly types?: readonly string[];
  /** The atoms, for formats that name none (DCD). */
  readonly topology?: System;
}

export interface ReadStructure {
  readonly system: System;
  /** Key of FORMATS. */
  readonly format: FormatName;
  /** What was assumed or left out, one sentence each. */
  readonly warnings: readonly string[];
}

/** Turns frames into text, one at a time; joined in order they are the file. */
export interface TrajectoryWriter {
  frame(frame: Frame): string;
}

export interface WriterOptions {
  /** False for positions that jump at the cell's faces; true, as the model has them, by default. */
  readonly unwrapped?: boolean;
}

/** What a format can do. */
export interface FileFormat {
  readonly title: string;
  /** Endings of file names, lower case, without a dot; the first is the usual one. */
  readonly extensions: readonly string[];
  /** File names that count as well, lower case: `poscar`, `data.li3ycl6`. */
  readonly fileNames?: RegExp;
  /** True when the first 4096 characters look like this format. */
  readonly sniff: (head: string) => boolean;
  readonly read: (
    source: ByteSource,
    file: string,
    options: ReadOptions,
  ) => Promise<{ readonly system: System; readonly warnings: readonly string[] }>;
  readonly write?: (system: System) => string;
  readonly openTrajectory?: (
    source: ByteSource,
    file: string,
    options: TrajectoryOptions,
  ) => Promise<TrajectoryFile>;
  readonly trajectoryWriter?: (system: System, options: WriterOptions) => TrajectoryWriter;
  /** As trajectoryWriter, for a format that is no text. */
  readonly binaryTrajectoryWriter?: (system: System, options: WriterOptions) => BinaryTrajectoryWriter;
}

const extxyzReader: TrajectoryReader<
  ExtxyzFrame,
  ReturnType<typeof systemOfExtxyz> & { unwrapped: boolean }
> = {
  parse: ofLines(parseExtxyz),
  atoms: (raw, file) => ({ ...systemOfExtxyz(raw, file), unwrapped: isUnwrapped(raw) }),
  frame: (raw, { system }, index, file) => frameOfExtxyz(raw, system, index, file),
};

const dumpReader: TrajectoryReader<DumpFrame, DumpAtoms> = {
  parse: ofLines(parseLammpsDump),
  atoms: (raw, file, { types }) => atomsOfDump(raw, file, types),
  frame: (raw, atoms, _index, file) => frameOfDump(raw, atoms, file),
};

const dcdReader: TrajectoryReader<DcdFrame, DcdAtoms> = {
  parse: parseDcd,
  atoms: (raw, file, { topology }) => atomsOfDcd(raw, file, topology),
  frame: frameOfDcd,
};

const xdatcarReader: TrajectoryReader<XdatcarFrame, XdatcarAtoms> = {
  parse: ofLines(parseXdatcar),
  atoms: (raw, file, { types }) => atomsOfXdatcar(raw, file, types),
  frame: frameOfXdatcar,
};

/** All formats, in the order in which files of unknown name are tried. */
export const FORMATS = {
  cif: {
    title: 'CIF: crystal structures with symmetry and partial occupancies',
    extensions: ['cif'],
    sniff: (head) => /^\s*(?:#[^\n]*\n\s*)*data_/i.test(head),
    read: async (source, file) => systemOfCif(parseCif(await readText(source, file), file)),
    write: writeCif,
  },
  poscar: {
    title: 'POSCAR and CONTCAR of VASP',
    extensions: ['vasp', 'poscar', 'contcar'],
    fileNames: /^(poscar|contcar)([._-].*)?$/,
    sniff: (head) => looksLikePoscar(head) && !looksLikeXdatcar(head),
    read: async (source, file, { types }) =>
      systemOfPoscar(parsePoscar(await readText(source, file), file), file, types),
    write: writePoscar,
  },
  xdatcar: {
    title: 'XDATCAR of VASP, trajectories',
    extensions: ['xdatcar'],
    fileNames: /(^|[._-])xdatcar([._-].*)?$/,
    sniff: looksLikeXdatcar,
    read: (source, file, options) => lastStructure(xdatcarReader, source, file, options),
    openTrajectory: (source, file, options) => openTrajectoryFile(xdatcarReader, source, file, options),
  },
  extxyz: {
    title: 'extended XYZ, structures and trajectories',
    extensions: ['extxyz', 'xyz'],
    sniff: looksLikeExtxyz,
    read: (source, file, options) => lastStructure(extxyzReader, source, file, options),
    write: (system) => writeExtxyz(system),
    openTrajectory: (source, file, options) => openTrajectoryFile(extxyzReader, source, file, options),
    trajectoryWriter: (system, options) => ({
      frame: (frame) => writeExtxyz(system, frame, { step: frame.step, time: frame.time, ...options }),
    }),
  },
  lammpsData: {
    title: 'LAMMPS data file',
    extensions: ['data', 'lmp'],
    fileNames: /^data\./,
    sniff: looksLikeLammpsData,
    read: async (source, file, { types }) =>
      systemOfLammpsData(parseLammpsData(await readText(source, file), file), file, types),
    write: writeLammpsData,
  },
  lammpsDump: {
    title: 'LAMMPS dump, structures and trajectories',
    extensions: ['lammpstrj', 'dump'],
    fileNames: /^dump\./,
    sniff: looksLikeLammpsDump,
    read: (source, file, options) => lastStructure(dumpReader, source, file, options),
    write: (system) => writeLammpsDump(system),
    openTrajectory: (source, file, options) => openTrajectoryFile(dumpReader, source, file, options),
    trajectoryWriter: (system) => ({ frame: (frame) => writeLammpsDump(system, frame, frame.step) }),
  },
  dcd: {
    title: 'DCD of CHARMM, NAMD and LAMMPS, trajectories without names of atoms',
    extensions: ['dcd'],
    sniff: looksLikeDcd,
    read: (source, file, options) => lastStructure(dcdReader, source, file, options),
    openTrajectory: (source, file, options) => openTrajectoryFile(dcdReader, source, file, options),
    binaryTrajectoryWriter: (system, { unwrapped }) => dcdWriter(system, unwrapped),
  },
} satisfies Record<string, FileFormat>;

export type FormatName = keyof typeof FORMATS;

const ALL: readonly (readonly [FormatName, FileFormat])[] = Object.entries(FORMATS) as [
  FormatName,
  FileFormat,
][];

/**
 * Reads a structure of any known format, gzip or not. The format goes by the file's name, else by its content; of
 * several frames the last is taken.
 * @param fileName for choosing the format, for titles and for messages; it is not opened
 */
export async function readStructure(
  source: ByteSource,
  fileName: string,
  options: ReadOptions = {},
): Promise<ReadStructure> {
  return locatedAsync({ file: fileName }, async () => {
    const [format, reader] = await formatOf(source, fileName);
    const { system, warnings } = await reader.read(source, fileName, options);
    return { format, system, warnings: [...warnings, ...unitWarnings(system)].map(shown) };
  });
}

/** Opens a trajectory (extended XYZ, LAMMPS dump, XDATCAR, DCD), gzip or not, without reading more than two frames. */
export async function openTrajectory(
  source: ByteSource,
  fileName: string,
  options: TrajectoryOptions = {},
): Promise<TrajectoryFile & { readonly format: FormatName }> {
  return locatedAsync({ file: fileName }, async () => {
    const [format, { openTrajectory: open, title }] = await formatOf(source, fileName);
    if (!open) {
      const known = ALL.filter(([, other]) => other.openTrajectory).map(([name]) => name);
      throw new InputError(`this is no trajectory but a ${title}; trajectories: ${known.join(', ')}`);
    }
    const file = await open(source, fileName, options);
    const warnings = [...file.warnings, ...unitWarnings(file.system)].map(shown);
    return { ...file, format, warnings };
  });
}

/** A sentence that may quote the file. */
function shown(warning: string): string {
  return printable(warning);
}

/** A structure as text. @param target a key of FORMATS or a file name with a known ending */
export function writeStructure(system: System, target: string): string {
  const [name, { write }] = namedFormat(target);
  if (!write) throw new InputError(`${target}: ${name} is not written; written are ${namesWith('write')}`);
  return write(system);
}

/** A writer of frames of `system`. @param target a key of FORMATS or a file name with a known ending */
export function trajectoryWriter(
  system: System,
  target: string,
  options: WriterOptions = {},
): TrajectoryWriter {
  const [name, { trajectoryWriter: writer }] = namedFormat(target);
  if (!writer) {
    throw new InputError(
      `${target}: ${name} holds no trajectory; written are ${namesWith('trajectoryWriter')}`,
    );
  }
  return writer(system, options);
}

/** As `trajectoryWriter`, undefined for a format that is text. @param target a key of FORMATS or a file name */
export function binaryTrajectoryWriter(
  system: System,
  target: string,
  options: WriterOptions = {},
): BinaryTrajectoryWriter | undefined {
  const [, format] = namedFormat(target);
  return format.binaryTrajectoryWriter?.(system, options);
}

/** By name first, since a name says what its owner means; then by content. */
async function formatOf(source: ByteSource, fileName: string): Promise<readonly [FormatName, FileFormat]> {
  const named = formatOfName(fileName);
  if (named) return named;
  const head = await readHead(source, fileName);
  const sniffed = ALL.find(([, { sniff }]) => sniff(head));
  if (sniffed) return sniffed;
  throw new InputError(`unknown file format; known: ${listOfFormats()}`);
}

function namedFormat(target: string): readonly [FormatName, FileFormat] {
  const found = ALL.find(([name]) => name === target) ?? formatOfName(target);
  if (found) return found;
  throw new InputError(`"${target}": no format has this name or ending; known: ${listOfFormats()}`);
}

function formatOfName(fileName: string): readonly [FormatName, FileFormat] | undefined {
  const name = (fileName.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.gz$/, '');
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
  return (
    ALL.find(([, { extensions }]) => extensions.includes(extension)) ??
    ALL.find(([, { fileNames }]) => fileNames?.test(name))
  );
}

function listOfFormats(): string {
  return ALL.map(([name, { extensions }]) => `${name} (.${extensions.join(', .')})`).join(', ');
}

function namesWith(ability: 'write' | 'trajectoryWriter'): string {
  return ALL.filter(([, format]) => format[ability])
    .map(([name]) => name)
    .join(', ');
}
