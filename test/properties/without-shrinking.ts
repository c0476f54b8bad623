import fc from 'fast-check';

// For mutation testing: that a property fails is all there is to know, and the smallest example takes long to find.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
