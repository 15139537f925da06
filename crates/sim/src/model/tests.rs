//! Small hand-made histories: right ones pass, and every rule catches a wrong one.
