// A turning cube, drawn with three.js: an honest use of WebGL.
import {BoxGeometry, Mesh, MeshNormalMaterial, PerspectiveCamera, Scene, WebGLRenderer} from "three";

const scene = new Scene(), camera = new PerspectiveCamera(70, 1.5, 0.01, 10);
camera.position.z = 1;
const cube = new Mesh(new BoxGeometry(0.4, 0.4, 0.4), new MeshNormalMaterial());
scene.add(cube);
const renderer = new WebGLRenderer({antialias: true});
renderer.setSize(300, 200);
renderer.setAnimationLoop(time => {
  cube.rotation.x = time / 2000;
  cube.rotation.y = time / 1000;
  renderer.render(scene, camera);
});
document.body.append(renderer.domElement);
document.title += ": drawing";
