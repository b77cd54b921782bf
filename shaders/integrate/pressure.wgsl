// The pressure that a barostat aims at.
#struct Barostat
#struct Lattice

// eV/Å³; a line over the steps of a stage.
fn pressureNow(barostat: Barostat, lattice: Lattice) -> f32 {
  return barostat.pressure + barostat.pressureRate * f32(lattice.rampSteps);
}
