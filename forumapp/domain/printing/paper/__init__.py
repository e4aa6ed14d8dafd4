"""Sizes, stocks and the plain values that paper is made from. Pure."""
