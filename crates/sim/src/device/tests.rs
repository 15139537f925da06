//! What a device promises, case by case.
