/**
 * What the report reads of a run, named structurally: this floor lies below the run's, whose PreparedRun and RunOutcome fit
 * without conversion.
 */

import type { Estimate } from '../analysis/estimate.ts';
import type { AnalysisReports } from '../analysis/frameSet.ts';
import type { Conductivity } from '../analysis/transport/conductivity.ts';
import type { SpeciesDiffusion } from '../analysis/transport/diffusion.ts';
import type { ArrheniusResults } from '../analysis/transport/temperatures.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import type { PublicationKey } from '../core/publications.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import type { CellParameters } from '../model/cell.ts';
import type { System } from '../model/system.ts';

/** A stage of the run specification; which fields there are depends on what it does. */
export interface ReportStage {
  readonly name: string;
  /** minimize, nvt, nve, … */
  readonly do: string;
  readonly thermostat?: string;
  /** K; two where it goes from one to the other. */
  readonly temperature?: number | readonly [number, number];
  /** GPa, likewise */
  readonly pressure?: number | readonly [number, number];
  readonly cell?: string;
  readonly barostat?: string;
  /** fs */
  readonly tauP?: number;
  /** 1/GPa */
  readonly compressibility?: number;
  /** GPa */
  readonly smax?: number;
  /** fs */
  readonly tau?: number;
  readonly duration?: number;
  readonly timestep?: number;
  readonly production?: boolean;
  /** eV/Å */
  readonly fmax?: number;
  readonly maxSteps?: number;
  readonly frozen?: readonly string[];
  /** V/Å */
  readonly field?: readonly [number, number, number] | null;
}

export interface ReportRun {
  readonly spec: {
    readonly title: string;
    readonly structure: string;
    readonly supercell: readonly number[];
    readonly potential: string;
    readonly velocities: string;
    readonly stages: readonly ReportStage[];
    readonly replicas: { readonly temperature: readonly number[] | null };
    readonly record: {
      readonly trajectory: { readonly every: number };
      readonly series: { readonly every: number };
    };
  };
  /** With the run's cutoff and accuracy. */
  readonly forceField: ForceField;
  readonly system: System;
  /** K, of each replica. */
  readonly replicas: readonly { readonly seed: number; readonly temperature: number }[];
  readonly mobile: readonly string[];
  readonly warnings: readonly string[];
  /** How the structure was made of what the file has, a sentence each. */
  readonly built: readonly string[];
}

/** A mean with its standard error. */
export interface ReportMean {
  readonly value: number;
  readonly standardError: number;
  readonly unit: string;
}

export interface ReportReplica {
  readonly seed: number;
  readonly targetTemperature: number | null;
  readonly temperature: ReportMean | null;
  readonly pressure: ReportMean | null;
  /** Of edges (Å) and angles (degrees), where the cell was free in production. */
  readonly lattice?: Readonly<Record<keyof CellParameters, ReportMean>>;
  readonly nve?: { readonly drift: Estimate };
  readonly diffusion?: Readonly<Record<string, SpeciesDiffusion>>;
  readonly conductivity?: Conductivity;
}

/** A row of thermo.csv. */
export interface ReportRow {
  readonly step: number;
  /** fs */
  readonly time: number;
  readonly stage: number;
  readonly observation: {
    /** K */
    readonly temperature: number;
    /** eV */
    readonly potential: number;
    readonly kinetic: number;
    readonly conserved: number;
    /** GPa */
    readonly pressure: number;
    /** Å³ */
    readonly volume: number;
    readonly lattice: CellParameters;
  };
}

/** Results of the replicas of one temperature together. */
export interface ReportGroup {
  /** K */
  readonly temperature: number | null;
  readonly analysis: TransportAnalysis;
  /** Analyses of frames, by name. */
  readonly reports: AnalysisReports;
}

export interface ReportProvenance {
  readonly program: string;
  readonly version: string;
  readonly commit: string;
  readonly platform: string;
  readonly adapter: { readonly kind: string; readonly name: string; readonly driver: string };
  readonly specSha256: string;
  readonly potentialSha256: string;
  readonly systemSha256: string;
  readonly seeds: readonly number[];
  readonly tuning: {
    readonly skinAngstrom: number;
    readonly electrostatics: readonly {
      readonly alphaPerAngstrom: number;
      /** eV/Å, rms; a damped shifted force has none. */
      readonly estimatedForceError?: number;
      /** Of a direct sum. */
      readonly waves?: number;
      /** Of a mesh. */
      readonly mesh?: readonly number[];
      readonly splineOrder?: number;
      readonly differentiation?: 'ik' | 'ad';
    }[];
  };
  /** Of a damped shifted force: eV/Å, rms, and over the rms force. */
  readonly achieved?: { readonly forceError: number; readonly relativeForceError: number | null };
  readonly startedAt: string;
}

/** How well a run was integrated; lengths in Å. */
export interface ReportPrecision {
  readonly stages: readonly {
    readonly stage: string;
    /** eV/atom/ns */
    readonly drift: number | null;
    /** K */
    readonly centreOfMass: number | null;
    readonly temperatures: Readonly<Record<string, ReportMean>>;
  }[];
  readonly neighborList: Readonly<
    Record<'pruning' | 'building', { readonly largest: number; readonly allowed: number }>
  >;
  readonly shares?: Readonly<Record<string, number>>;
}

export interface ReportOutcome {
  readonly precision: ReportPrecision;
  readonly results: {
    readonly status: 'complete' | 'interrupted' | 'failed';
    readonly why?: string;
    /** fs of production per replica */
    readonly productionTime: number;
    readonly replicas: readonly ReportReplica[];
    readonly warnings: readonly string[];
    /** Of several temperatures. */
    readonly arrhenius?: ArrheniusResults;
    /** Of a run that went on until it knew enough, or was to. */
    readonly until?: { readonly reached: boolean; readonly why: string };
  };
  readonly pooled: readonly ReportGroup[];
  readonly provenance: ReportProvenance;
  /** One list of rows per replica. */
  readonly thermo: readonly (readonly ReportRow[])[];
  /** Last states; empty when there is none. */
  readonly final: readonly System[];
}

/** How the engine moves atoms: its registry, handed down by the run floor. */
export interface ReportDynamics {
  readonly integrators: Readonly<
    Record<
      string,
      {
        /** In words. */
        readonly name: string;
        /** Letters of one step. */
        readonly sentence: string;
        readonly conserved: string;
        readonly sources: readonly PublicationKey[];
      }
    >
  >;
  readonly minimizer: { readonly name: string; readonly sources: readonly PublicationKey[] };
  readonly barostats: Readonly<
    Record<
      string,
      {
        readonly name: string;
        /** What it adds to the letters of a step. */
        readonly letters: string;
        readonly sources: readonly PublicationKey[];
        readonly conserved: string;
      }
    >
  >;
  /** What each letter does. */
  readonly letters: Readonly<Record<string, string>>;
}

export interface ReportInput {
  readonly run: ReportRun;
  readonly outcome: ReportOutcome;
  readonly dynamics: ReportDynamics;
}
