//! What a network promises, case by case.
