//! The simulation from outside: the plans that once failed, a few seeds, and the program that plays them.

mod program;
mod regressions;
