"""What invented buyers ask for: products of a few trades, with units and prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    category: str
    unit: str
    price: int
    """Rupees for one unit, roughly."""
    most: int
    """The largest quantity anybody asks for."""


SOLAR: Final = (
    Product("550 W Mono PERC PV Solar Module", "Monocrystalline Solar Panel", "piece", 12_500, 2_000),
    Product("Solar Water Pumping System", "Solar Water Pump", "set", 145_000, 12),
    Product("5 kVA Hybrid Solar Inverter", "Solar Hybrid Inverter", "piece", 52_000, 20),
    Product("3 kW On Grid Solar Rooftop System", "On Grid Solar System", "set", 165_000, 10),
    Product("Solar Street Light 24 W", "Solar LED Street Light", "piece", 2_800, 300),
    Product("150 Ah Solar Tubular Battery", "Solar Battery", "piece", 14_200, 60),
    Product("Solar DC Cable 4 sq mm", "Solar Cable", "meter", 48, 20_000),
)
PUMPS: Final = (
    Product("1 hp Submersible Pump", "Submersible Pump", "piece", 8_400, 60),
    Product("Oil Filled Submersible Pump", "Submersible Pump", "piece", 11_500, 40),
    Product("Stainless Steel Dosing Pump", "Dosing Pump", "piece", 23_000, 15),
    Product("Horizontal Monoblock Pump 3 hp", "Monoblock Pump", "piece", 13_700, 30),
    Product('Gear Pump 1/2"', "Gear Pump", "piece", 4_900, 25),
    Product("Fire Fighting Pump Set", "Fire Pump", "set", 285_000, 4),
)
PACKAGING: Final = (
    Product("5 Ply Corrugated Box", "Corrugated Packaging Box", "piece", 22, 20_000),
    Product("BOPP Self Adhesive Tape", "BOPP Tape", "roll", 34, 6_000),
    Product("LDPE Shrink Film", "Shrink Film", "kg", 165, 3_000),
    Product("Printed Laminated Pouch", "Laminated Pouch", "piece", 3, 200_000),
    Product("PET Jar 500 ml", "PET Jar", "piece", 9, 30_000),
    Product("Air Bubble Roll", "Bubble Wrap", "roll", 780, 200),
)
TEXTILES: Final = (
    Product("Cotton Printed Bed Sheet", "Bed Sheet", "piece", 420, 1_500),
    Product("Georgette Saree", "Georgette Sarees", "piece", 690, 800),
    Product("Rayon Kurti Fabric", "Rayon Fabric", "meter", 115, 8_000),
    Product("School Uniform Set", "School Uniform", "set", 540, 2_000),
    Product("Polyester Sewing Thread", "Sewing Thread", "box", 260, 900),
    Product("Non Woven Fabric 80 GSM", "Non Woven Fabric", "kg", 135, 5_000),
)
FURNITURE: Final = (
    Product("Mesh Back Revolving Office Chair", "Office Chair", "piece", 4_300, 150),
    Product("Modular Office Workstation", "Office Workstation", "seat", 14_500, 80),
    Product("Sheesham Wood Dining Table 6 Seater", "Wooden Dining Table", "set", 38_000, 10),
    Product("Steel Almirah with Locker", "Steel Almirah", "piece", 12_800, 40),
    Product("Slotted Angle Rack", "Slotted Angle Racks", "piece", 2_900, 300),
    Product("Dual Desk for School & College", "School Desk", "piece", 3_600, 250),
)
STEEL: Final = (
    Product("TMT Bar 12 mm Fe 550D", "TMT Bars", "metric ton", 54_000, 600),
    Product("MS Square Pipe 40 x 40 mm", "MS Square Pipe", "metric ton", 58_000, 60),
    Product("SS 304 Sheet 2 mm", "Stainless Steel Sheet", "kg", 215, 9_000),
    Product("GI Corrugated Roofing Sheet", "Roofing Sheet", "piece", 890, 1_200),
    Product("Mild Steel I Beam ISMB 200", "MS Beam", "metric ton", 59_500, 400),
    Product('SS Ball Valve 2" <Flanged>', "Ball Valve", "piece", 3_150, 90),
)

TRADES: Final = (SOLAR, PUMPS, PACKAGING, TEXTILES, FURNITURE, STEEL)
