// Names of fonts that come with common systems and programs.
window.fonts = ("Agency FB;Albertus;Aldhabi;Amazone BT;American Typewriter;Andale Mono;Antiqua;Aparajita;Apple Chancery;Arial;" +
  "Arial Black;Arial Narrow;Arial Rounded MT Bold;Arial Unicode MS;Avenir;Bahnschrift;Bangla Sangam MN;Bank Gothic;Baskerville;Batang;" +
  "Bauhaus 93;Bell MT;Bodoni MT;Book Antiqua;Bookman Old Style;Bradley Hand;Britannic Bold;Brush Script MT;Calibri;Cambria;Candara;" +
  "Carlito;Castellar;Century;Century Gothic;Century Schoolbook;Chalkboard;Chalkduster;Charter;Cochin;Comic Sans MS;Consolas;" +
  "Constantia;Cooper Black;Copperplate;Corbel;Courier;Courier New;DejaVu Sans;DejaVu Serif;Didot;DIN Alternate;Droid Sans;Ebrima;" +
  "Eras ITC;Euphemia;FangSong;Franklin Gothic Medium;Futura;Gabriola;Garamond;Geneva;Georgia;Gill Sans;Gill Sans MT;Goudy Old Style;" +
  "Gulim;Haettenschweiler;Helvetica;Helvetica Neue;Herculanum;High Tower Text;Hoefler Text;Impact;Ink Free;Iowan Old Style;" +
  "Javanese Text;Jokerman;KaiTi;Kartika;Kristen ITC;Lato;Leelawadee UI;Liberation Sans;Lucida Bright;Lucida Console;Lucida Grande;" +
  "Lucida Sans Unicode;Malgun Gothic;Marker Felt;Marlett;Meiryo;Menlo;Microsoft Sans Serif;Microsoft YaHei;MingLiU;Monaco;" +
  "Monotype Corsiva;MS Gothic;MS Mincho;MV Boli;Myanmar Text;Nirmala UI;Noteworthy;Noto Sans;Nyala;Old English Text MT;Optima;" +
  "Palatino;Palatino Linotype;Papyrus;Perpetua;PMingLiU;Rockwell;Roboto;Segoe Print;Segoe UI;SimSun;Skia;Snell Roundhand;Sylfaen;" +
  "Symbol;Tahoma;Times New Roman;Trebuchet MS;Tw Cen MT;Ubuntu;Verdana;Zapfino").split(";");
